// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import dev.sinew.grpc.observe.CallObserver;
import dev.sinew.grpc.observe.ServerObserver;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One application call on its way through a {@link ServerLoad}, from the arrival of its stream on. */
final class TrackedCall extends ServerStreamTracer {
  /** How the call's interceptor finds it. */
  static final Context.Key<TrackedCall> KEY = Context.key("sinew-tracked-call");

  private static final ServerStreamTracer NOT_COUNTED = new ServerStreamTracer() {};

  private final ServerLoad load;
  private final @Nullable CallObserver observer;
  private final long arrivedNanos;
  private boolean unary;
  private boolean started;
  private boolean answered;
  private boolean closed;

  private TrackedCall(ServerLoad load, @Nullable CallObserver observer, long nowNanos) {
    this.load = load;
    this.observer = observer;
    this.arrivedNanos = nowNanos;
    load.arrived(nowNanos);
  }

  /**
   * Tracks every call except those to {@link ControlServices}.
   *
   * @param observer hears of each of them, too; null as long as there is none
   */
  static Factory factory(ServerLoad load, Supplier<@Nullable ServerObserver> observer) {
    return new Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        boolean control =
            ControlServices.contains(MethodDescriptor.extractFullServiceName(fullMethodName));
        if (control) {
          return NOT_COUNTED;
        }
        ServerObserver told = observer.get();
        CallObserver call = told == null ? null : told.call(fullMethodName);
        return new TrackedCall(load, call, System.nanoTime());
      }
    };
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public synchronized void serverCallStarted(ServerCallInfo<?, ?> info) {
    unary = info.getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY;
  }

  /** The call's handler got a thread. */
  synchronized void started(long nowNanos) {
    if (!started && !closed) {
      started = true;
      load.started(nowNanos - arrivedNanos, nowNanos);
    }
  }

  /**
   * The handler gave its answer. A failure is neither fast nor slow, and a call that was shed was not
   * served, however fast; a stream's length is its caller's.
   */
  synchronized void answered(Status status, long nowNanos) {
    if (!answered) {
      answered = true;
      boolean shed = status.getCode() == Status.Code.RESOURCE_EXHAUSTED;
      if (unary && !shed && !ServerFailures.contain(status)) {
        load.judged(nowNanos - arrivedNanos);
      }
    }
  }

  @Override
  public void streamClosed(Status status) {
    closed(status, System.nanoTime());
  }

  private synchronized void closed(Status status, long nowNanos) {
    if (closed) {
      return;
    }
    closed = true;
    load.closed(started, ServerFailures.contain(status), nowNanos);
    long age = nowNanos - arrivedNanos;
    if (observer != null) {
      observer.ended(status.getCode(), age);
    }
    if (unary && !answered && age > load.objectiveNanos()) {
      // Its caller gave up after more than the objective: that was too late, whatever came after.
      load.judged(age);
    }
  }
}
