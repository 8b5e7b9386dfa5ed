// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.sinew.grpc.SinewChannels;
import dev.sinew.grpc.state.ChannelStats;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A channel, 300 idempotent calls a second over it, and how each of them ended. */
final class Calls implements AutoCloseable {
  private static final int PER_SECOND = 300;
  private static final long PATIENCE_SECONDS = 60;

  final ManagedChannel channel;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Queue<End> ends = new ConcurrentLinkedQueue<>();
  private final AtomicInteger begun = new AtomicInteger();

  /** A call that was answered by a tier, or failed with a status. */
  record End(long begunNanos, long nanos, boolean failed, String by) {}

  Calls(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Begins to call. */
  Calls start() {
    ScheduledFuture<?> unused = clock.scheduleAtFixedRate(
        this::call, 0, TimeUnit.SECONDS.toNanos(1) / PER_SECOND, TimeUnit.NANOSECONDS);
    return this;
  }

  private void call() {
    long from = System.nanoTime();
    begun.incrementAndGet();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
    Futures.addCallback(
        ClientCalls.futureUnaryCall(channel.newCall(Replica.GET, options), ""),
        new FutureCallback<String>() {
          @Override
          public void onSuccess(@Nullable String tier) {
            ends.add(new End(from, System.nanoTime(), false, String.valueOf(tier)));
          }

          @Override
          public void onFailure(Throwable e) {
            ends.add(new End(from, System.nanoTime(), true, String.valueOf(e)));
          }
        },
        MoreExecutors.directExecutor());
  }

  ChannelStats stats() {
    return SinewChannels.stats(channel);
  }

  /** Waits until the channel knows and does what is expected. */
  void await(String what, Predicate<ChannelStats> condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.test(stats()) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(condition.test(stats())).as("%s: %s", what, stats()).isTrue();
  }

  /** When the first call was answered by a tier that ended after a time. */
  long firstBy(int tier, long afterNanos) throws InterruptedException {
    String by = Integer.toString(tier);
    Predicate<End> wanted = end -> end.by().equals(by) && end.nanos() - afterNanos > 0;
    await("an answer of tier " + tier, unused -> ends.stream().anyMatch(wanted));
    return ends.stream().filter(wanted).mapToLong(End::nanos).min().orElseThrow();
  }

  /** Ends the calling, waits for the last answers, and says what came out. */
  String finish() throws InterruptedException {
    clock.shutdown();
    assertThat(clock.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    await("the last answers", unused -> ends.size() == begun.get());
    List<End> failed = ends.stream().filter(End::failed).toList();
    long slowest =
        ends.stream().mapToLong(end -> end.nanos() - end.begunNanos()).max().orElse(0);
    assertThat(failed).as("failed of %d calls", ends.size()).isEmpty();
    return "calls=" + ends.size() + " failed=0 slowest_ms="
        + TimeUnit.NANOSECONDS.toMillis(slowest);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    channel.shutdownNow();
  }
}
