// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.observe;

/** Hears of one server. */
public interface ServerObserver {
  /**
   * Who is to hear of a call that has just arrived; asked once per call.
   *
   * @param fullMethodName as the caller gave it: there may be no such method
   */
  CallObserver call(String fullMethodName);

  /** The server has stopped. */
  void stopped();
}
