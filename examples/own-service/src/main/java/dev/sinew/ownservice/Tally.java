// SPDX-License-Identifier: Apache-2.0
package dev.sinew.ownservice;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts how calls ended, by their gRPC status: load generators for plain HTTP take every answer for a
 * success. A call that its caller gave up counts as neither.
 */
final class Tally implements ServerInterceptor {
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            count(status);
            super.close(status, trailers);
          }
        },
        headers);
  }

  private void count(Status status) {
    if (status.isOk()) {
      answered.incrementAndGet();
    } else if (status.getCode() != Status.Code.CANCELLED) {
      failed.incrementAndGet();
    }
  }

  @Override
  public String toString() {
    return answered + " calls answered, " + failed + " failed";
  }
}
