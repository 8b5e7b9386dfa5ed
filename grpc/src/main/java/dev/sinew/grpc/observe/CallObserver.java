// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.observe;

import io.grpc.Status;

/** Hears of the calls of one method. */
@FunctionalInterface
public interface CallObserver {
  /**
   * A call ended.
   *
   * @param nanos since it arrived (server) or was started (client)
   */
  void ended(Status.Code code, long nanos);
}
