// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.grpc.observe.ChannelObserver;
import dev.sinew.grpc.state.ChannelState;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A channel that can be asked what it knows. */
final class SinewChannel extends ManagedChannel {
  private final ManagedChannel delegate;
  private final ChannelState state;
  private final @Nullable ChannelObserver observer;

  SinewChannel(ManagedChannel delegate, ChannelState state, @Nullable ChannelObserver observer) {
    this.delegate = delegate;
    this.state = state;
    this.observer = observer;
  }

  ChannelState state() {
    return state;
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> newCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options) {
    return delegate.newCall(method, options);
  }

  @Override
  public String authority() {
    return delegate.authority();
  }

  @Override
  public ManagedChannel shutdown() {
    tellClosed();
    ManagedChannel unused = delegate.shutdown();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    tellClosed();
    ManagedChannel unused = delegate.shutdownNow();
    return this;
  }

  private void tellClosed() {
    if (observer != null) {
      observer.closed();
    }
  }

  @Override
  public boolean isShutdown() {
    return delegate.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return delegate.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return delegate.awaitTermination(timeout, unit);
  }

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    return delegate.getState(requestConnection);
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
    delegate.notifyWhenStateChanged(source, callback);
  }

  @Override
  public void resetConnectBackoff() {
    delegate.resetConnectBackoff();
  }

  @Override
  public void enterIdle() {
    delegate.enterIdle();
  }

  @Override
  public String toString() {
    return delegate.toString();
  }
}
