// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.observe;

import io.grpc.MethodDescriptor;

/** Hears of one channel. */
public interface ChannelObserver {
  /** Who is to hear of a call, all of its attempts together. */
  CallObserver call(MethodDescriptor<?, ?> method);

  /**
   * A call was sent to a replica.
   *
   * @param again whether it was sent to another one before
   */
  void attempted(boolean again);

  /** The channel was shut down. */
  void closed();
}
