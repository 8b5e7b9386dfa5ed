// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.call;

import dev.sinew.grpc.observe.ChannelObserver;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A unary call that is tried again on another replica while no response has begun.
 *
 * <p>The request is held until the caller has half-closed; then the first attempt gets all of it, as
 * does every later one. So an attempt that fails early never meets a request that is half there.
 * Attempts follow one another and never overlap: the caller's listener hears of one only.
 *
 * <p>The request object must not be changed before the call ends. All attempts share the call's deadline
 * and Context.
 */
final class RetryingCall<ReqT, RespT> extends ClientCall<ReqT, RespT> {
  /** How many attempts went before (gRFC A6). */
  static final Metadata.Key<String> PREVIOUS_ATTEMPTS =
      Metadata.Key.of("grpc-previous-rpc-attempts", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration NO_DEADLINE = Duration.ofDays(1);
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private final RetryInterceptor settings;
  private final MethodDescriptor<ReqT, RespT> method;
  private final CallOptions options;
  private final Channel channel;
  private final TriedReplicas tried = new TriedReplicas();
  private final Context context = Context.current();
  private final Object lock = new Object();

  /** A Context that ends while the call waits ends it at once: the attempt is made in that Context. */
  private final Context.CancellationListener wake = ended -> retryNow();

  // Set by the caller's thread before the first attempt.
  private @Nullable Listener<RespT> listener;
  private Metadata headers = new Metadata();
  private @Nullable ReqT request;
  private long startedNanos;
  private @Nullable Boolean compression;
  private boolean repeatable;

  // Set by the end of one attempt, read by the end of the next.
  private @Nullable Status lastStatus;
  private Metadata lastTrailers = new Metadata();

  // Guarded by the lock. Nobody is called while it is held.
  private Phase phase = Phase.NEW;
  private int attempts;
  private int requested;
  private @Nullable ClientCall<ReqT, RespT> attempt;
  private @Nullable Future<?> retry;
  private @Nullable Status cancelled;

  RetryingCall(
      RetryInterceptor settings,
      MethodDescriptor<ReqT, RespT> method,
      CallOptions options,
      Channel channel) {
    this.settings = settings;
    this.method = method;
    this.options = options.withOption(TriedReplicas.KEY, tried);
    this.channel = channel;
  }

  @Override
  public void start(Listener<RespT> observer, Metadata sent) {
    synchronized (lock) {
      require(phase == Phase.NEW, "start() was called before");
      require(cancelled == null, "the call was cancelled");
      listener = observer;
      headers = sent;
      startedNanos = System.nanoTime();
      phase = Phase.OPEN;
    }
  }

  @Override
  public void request(int messages) {
    ClientCall<ReqT, RespT> running;
    synchronized (lock) {
      require(phase != Phase.NEW, "start() was not called");
      requested = (int) Math.min(Integer.MAX_VALUE, (long) requested + messages);
      running = attempt;
    }
    if (running != null) {
      running.request(messages);
    }
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    compression = enabled;
  }

  @Override
  public void sendMessage(ReqT message) {
    require(request == null, "a unary call sends one message");
    request = message;
    repeatable = RequestSize.isRepeatable(method, message);
  }

  @Override
  public void halfClose() {
    int number;
    synchronized (lock) {
      if (phase != Phase.OPEN) {
        require(phase != Phase.NEW, "start() was not called");
        return;
      }
      number = nextAttempt();
    }
    context.run(() -> attempt(number));
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    Status reason = Status.CANCELLED
        .withDescription(message == null ? "cancelled by the caller" : message)
        .withCause(cause);
    ClientCall<ReqT, RespT> running;
    boolean idle;
    int number = 0;
    synchronized (lock) {
      if (cancelled != null || phase == Phase.CLOSED) {
        return;
      }
      cancelled = reason;
      running = attempt;
      idle = phase == Phase.OPEN || phase == Phase.WAITING;
      if (idle) {
        number = nextAttempt();
        stopTimer();
      }
    }
    if (running != null) {
      running.cancel(message, cause);
    } else if (idle) {
      context.removeListener(wake);
      closeWithoutAttempt(number, reason);
    }
  }

  @Override
  public boolean isReady() {
    ClientCall<ReqT, RespT> running = running();
    return running == null || running.isReady();
  }

  @Override
  public Attributes getAttributes() {
    ClientCall<ReqT, RespT> running = running();
    return running == null ? Attributes.EMPTY : running.getAttributes();
  }

  private @Nullable ClientCall<ReqT, RespT> running() {
    synchronized (lock) {
      return attempt;
    }
  }

  /**
   * Claims the next attempt for this thread. The lock is held: were the number counted later, the
   * thread of the attempt before could take the new phase for its own and install a call that ended.
   */
  private int nextAttempt() {
    phase = Phase.STARTING;
    return ++attempts;
  }

  /** Starts an attempt that this thread claimed. */
  private void attempt(int number) {
    ClientCall<ReqT, RespT> call = channel.newCall(method, options);
    Metadata copy = new Metadata();
    copy.merge(headers);
    if (number > 1) {
      copy.put(PREVIOUS_ATTEMPTS, String.valueOf(number - 1));
    }
    call.start(new Attempt(Objects.requireNonNull(listener)), copy);
    if (compression != null) {
      call.setMessageCompression(compression);
    }
    if (request != null) {
      call.sendMessage(request);
    }
    call.halfClose();
    handOver(call, number);
  }

  /** Makes the attempt the one that request() and cancel() reach, unless it ended already. */
  private void handOver(ClientCall<ReqT, RespT> call, int number) {
    int messages;
    Status reason;
    synchronized (lock) {
      if (attempts != number || phase != Phase.STARTING) {
        return;
      }
      phase = Phase.RUNNING;
      attempt = call;
      messages = requested;
      reason = cancelled;
    }
    if (messages > 0) {
      call.request(messages);
    }
    if (reason != null) {
      call.cancel(reason.getDescription(), reason.getCause());
    }
  }

  /**
   * Ends the call although no attempt runs. An attempt in a Context that is cancelled sends nothing, and
   * tells the listener in the executor in which it expects to be told.
   */
  private void closeWithoutAttempt(int number, Status reason) {
    Context.CancellableContext ended = context.withCancellation();
    ended.cancel(reason.asException());
    ended.run(() -> attempt(number));
  }

  /** Whether an attempt that ended so is followed by another one, which is then under way. */
  private boolean retries(Status status, Metadata trailers) {
    if (status.isOk() || !repeatable) {
      return false;
    }
    PushBack pushBack = PushBack.in(trailers);
    if (!Outcomes.retryable(status, pushBack)) {
      return false;
    }
    synchronized (lock) {
      long wait = pushBack.advice() == PushBack.Advice.AFTER
          ? pushBack.nanos()
          : settings.policy().backoff().nanos(attempts, ThreadLocalRandom.current());
      boolean taken = cancelled == null
          && settings.policy().allows(attempts, timeLeft().minusNanos(wait))
          && settings.budget().tryRetry(System.nanoTime());
      if (!taken) {
        return false;
      }
      lastStatus = status;
      lastTrailers = trailers;
      tried.nextAttempt();
      attempt = null;
      phase = Phase.WAITING;
      retry = TIMER.schedule(this::retryNow, wait, TimeUnit.NANOSECONDS);
    }
    context.addListener(wake, Runnable::run);
    synchronized (lock) {
      if (phase == Phase.WAITING) {
        return true;
      }
    }
    // The retry began before it could remove the listener.
    context.removeListener(wake);
    return true;
  }

  private void retryNow() {
    int number;
    synchronized (lock) {
      if (phase != Phase.WAITING) {
        return;
      }
      number = nextAttempt();
      stopTimer();
    }
    context.removeListener(wake);
    try {
      context.run(() -> attempt(number));
    } catch (RuntimeException e) {
      // There is no caller to throw to.
      end(
          Status.INTERNAL.withDescription("a retry could not be started").withCause(e),
          new Metadata());
    }
  }

  private void end(Status status, Metadata trailers) {
    synchronized (lock) {
      if (phase == Phase.CLOSED) {
        return;
      }
      phase = Phase.CLOSED;
    }
    ChannelObserver observer = settings.observer();
    if (observer != null) {
      observer.call(method).ended(status.getCode(), System.nanoTime() - startedNanos);
    }
    Objects.requireNonNull(listener).onClose(status, trailers);
  }

  /** The lock is held. */
  private void stopTimer() {
    if (retry != null) {
      retry.cancel(false);
      retry = null;
    }
  }

  private Duration timeLeft() {
    return Stream.of(options.getDeadline(), context.getDeadline())
        .filter(deadline -> deadline != null)
        .min(Deadline::compareTo)
        .map(deadline -> Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)))
        .orElse(NO_DEADLINE);
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }

  /** One thread for all channels; it goes when nothing waits. */
  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "sinew-retry");
      thread.setDaemon(true);
      return thread;
    });
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }

  /** Passes an attempt on to the caller, except for an end that is followed by another attempt. */
  private final class Attempt extends Listener<RespT> {
    private final Listener<RespT> caller;
    private boolean responded;

    Attempt(Listener<RespT> caller) {
      this.caller = caller;
    }

    @Override
    public void onHeaders(Metadata responseHeaders) {
      responded = true;
      caller.onHeaders(responseHeaders);
    }

    @Override
    public void onMessage(RespT message) {
      responded = true;
      caller.onMessage(message);
    }

    @Override
    public void onReady() {
      caller.onReady();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Status last = lastStatus;
      if (tried.exhausted() && last != null) {
        end(last, lastTrailers);
      } else if (responded || !retries(status, trailers)) {
        end(status, trailers);
      }
    }
  }

  private enum Phase {
    /** Not started. */
    NEW,
    /** The caller has not half-closed. */
    OPEN,
    /** A thread is making an attempt. */
    STARTING,
    /** An attempt is under way. */
    RUNNING,
    /** Between two attempts. */
    WAITING,
    /** The listener heard of the end. */
    CLOSED
  }
}
