// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.grpc.call.RetryInterceptor;
import io.grpc.CallOptions;

/** The call options of Sinew. */
public final class SinewCallOptions {
  /**
   * Whether the call may safely run more than once, so that it may be tried again on another
   * replica; false unless set.
   *
   * <p>{@code stub.withOption(SinewCallOptions.IDEMPOTENT, true)} says it for the calls of a stub.
   */
  public static final CallOptions.Key<Boolean> IDEMPOTENT = RetryInterceptor.IDEMPOTENT;

  private SinewCallOptions() {}
}
