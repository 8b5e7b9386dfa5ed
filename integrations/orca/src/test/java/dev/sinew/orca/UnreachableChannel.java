// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A channel to nobody, which counts how often it is asked to connect without a pause. */
final class UnreachableChannel extends ManagedChannel {
  private final AtomicInteger resets;
  private volatile boolean shutdown;

  UnreachableChannel(AtomicInteger resets) {
    this.resets = resets;
  }

  @Override
  public void resetConnectBackoff() {
    resets.incrementAndGet();
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return new ClientCall<>() {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        listener.onClose(Status.UNAVAILABLE, new Metadata());
      }

      @Override
      public void request(int messages) {}

      @Override
      public void cancel(@Nullable String message, @Nullable Throwable cause) {}

      @Override
      public void halfClose() {}

      @Override
      public void sendMessage(Q message) {}
    };
  }

  @Override
  public String authority() {
    return "unreachable";
  }

  @Override
  public ManagedChannel shutdown() {
    shutdown = true;
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return shutdown();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }
}
