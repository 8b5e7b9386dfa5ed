// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Idempotent calls at a steady rate, and who answered which of them when. */
final class Traffic implements AutoCloseable {
  private static final int CALLS_PER_SECOND = 300;

  /** A call that ended; the replica's name, or the status if it failed. */
  record End(long begunNanos, long nanos, boolean failed, String by) {}

  private final Channel channel;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Queue<End> ends = new ConcurrentLinkedQueue<>();

  Traffic(Channel channel) {
    this.channel = channel;
    ScheduledFuture<?> unused = clock.scheduleAtFixedRate(
        this::call, 0, TimeUnit.SECONDS.toNanos(1) / CALLS_PER_SECOND, TimeUnit.NANOSECONDS);
  }

  private void call() {
    long begun = System.nanoTime();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    Futures.addCallback(
        ClientCalls.futureUnaryCall(channel.newCall(TestMethods.GET, options), "hello"),
        new FutureCallback<String>() {
          @Override
          public void onSuccess(@Nullable String replica) {
            ends.add(new End(begun, System.nanoTime(), false, String.valueOf(replica)));
          }

          @Override
          public void onFailure(Throwable e) {
            ends.add(new End(begun, System.nanoTime(), true, String.valueOf(e)));
          }
        },
        MoreExecutors.directExecutor());
  }

  /** Waits for the ends of so many calls that begin from now on. */
  List<End> next(int calls) {
    long from = System.nanoTime();
    Fleet.await(() -> begunSince(from).size() >= calls);
    return begunSince(from);
  }

  private List<End> begunSince(long nanos) {
    return ends.stream().filter(end -> end.begunNanos() >= nanos).toList();
  }

  List<End> failed() {
    return ends.stream().filter(End::failed).toList();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
