// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import dev.sinew.grpc.Fleet;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A channel whose calls a test answers by hand.
 *
 * <p>As in gRPC's own, a call in a Context that is cancelled sends nothing and ends at once.
 */
final class ScriptedChannel extends Channel {
  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;
  private volatile Consumer<Attempt> onHalfClose = attempt -> {};

  Attempt attempt(int index) {
    return attempts.get(index);
  }

  /** An attempt that another thread makes, once all of it is sent. */
  Attempt awaitAttempt(int index) {
    Fleet.await(() -> attempts.size() > index && attempts.get(index).halfClosed);
    return attempts.get(index);
  }

  int attempts() {
    return attempts.size();
  }

  /** The attempts that a server would have seen. */
  long sentAttempts() {
    return attempts.stream().filter(attempt -> attempt.live).count();
  }

  void refuseCalls() {
    refusing = true;
  }

  /** Does something in each attempt's half-close, before it returns to the caller. */
  void onHalfClose(Consumer<Attempt> action) {
    onHalfClose = action;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <ReqT, RespT> ClientCall<ReqT, RespT> newCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options) {
    if (refusing) {
      throw new IllegalStateException("refused");
    }
    Attempt attempt = new Attempt(onHalfClose);
    attempts.add(attempt);
    return (ClientCall<ReqT, RespT>) attempt;
  }

  @Override
  public String authority() {
    return "scripted";
  }

  /** One call as the channel sees it. */
  static final class Attempt extends ClientCall<String, String> {
    final Context context = Context.current();
    final boolean live = !context.isCancelled();
    final List<String> sent = new CopyOnWriteArrayList<>();
    volatile Metadata headers = new Metadata();
    volatile int requested;
    volatile boolean halfClosed;
    volatile @Nullable String cancelled;
    private final Consumer<Attempt> onHalfClose;
    private volatile @Nullable Listener<String> listener;

    private Attempt(Consumer<Attempt> onHalfClose) {
      this.onHalfClose = onHalfClose;
    }

    Listener<String> listener() {
      return Objects.requireNonNull(listener);
    }

    void answer(String message) {
      listener().onHeaders(new Metadata());
      listener().onMessage(message);
      close(Status.OK);
    }

    void close(Status status) {
      listener().onClose(status, new Metadata());
    }

    @Override
    public void start(Listener<String> observer, Metadata sentHeaders) {
      listener = observer;
      headers = sentHeaders;
      if (!live) {
        Throwable cause = context.cancellationCause();
        close(cause == null ? Status.CANCELLED : Status.fromThrowable(cause));
      }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void request(int messages) {
      requested += messages;
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      cancelled = message;
    }

    @Override
    public void halfClose() {
      halfClosed = true;
      onHalfClose.accept(this);
    }

    @Override
    public void sendMessage(String message) {
      sent.add(message);
    }
  }
}
