// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import org.jspecify.annotations.Nullable;

/**
 * All that one client knows of the load of one replica: its own calls in flight, its own latencies,
 * and the replica's latest report.
 *
 * <p>Thread-safe; readers never wait. Time is {@code System.nanoTime()} or the simulator's.
 */
public final class NodeLoad {
  /** What a failure counts as at least, so that failing fast never looks like answering fast. */
  private static final long FAILURE_NANOS = 200_000_000L;

  private static final long HIGHEST_FAILURE_NANOS = 10_000_000_000L;

  private final PendingCalls pending = new PendingCalls();
  private final LatencyAverage latency = new LatencyAverage();
  private volatile LoadReport report = LoadReport.UNKNOWN;
  private volatile long reportNanos;

  /** A replica that no call was sent to and that reported nothing. */
  public NodeLoad() {}

  /** A call was sent to the replica. */
  public void started(long nowNanos) {
    pending.started(nowNanos);
  }

  /**
   * A call ended; call it exactly once for each {@link #started}.
   *
   * @param latencyNanos from sending to the end; ignored when the outcome is {@link
   *     Outcome#IGNORED}
   * @param reported the report that came with the answer, or null
   */
  public void completed(
      long nowNanos, long latencyNanos, Outcome outcome, @Nullable LoadReport reported) {
    pending.completed(nowNanos);
    switch (outcome) {
      case SUCCESS -> latency.add(latencyNanos, nowNanos);
      case FAILURE, OVERLOADED -> latency.add(Math.max(latencyNanos, penaltyNanos()), nowNanos);
      case IGNORED -> {}
    }
    if (reported != null) {
      reported(reported, nowNanos);
    }
  }

  /** The replica reported its load, in an answer or out of band. */
  public void reported(LoadReport latest, long nowNanos) {
    reportNanos = nowNanos;
    report = latest;
  }

  /** This client's calls in flight to the replica. */
  public int pending() {
    return pending.count();
  }

  /** Average latency in nanoseconds as this client saw it; NaN when no call has ended yet. */
  public double latencyNanos() {
    return latency.nanos();
  }

  /**
   * Average latency in nanoseconds; NaN when no call has ended within the last 10 s, because a
   * replica that is left out for what it once was could never show that it is well again.
   */
  public double latencyNanos(long nowNanos) {
    return latency.nanos(nowNanos);
  }

  /** Nanoseconds for which calls were in flight and none began from idle or ended. */
  public long stalledNanos(long nowNanos) {
    return pending.stalledNanos(nowNanos);
  }

  /** The latest report if it is at most so old, else {@link LoadReport#UNKNOWN}. */
  public LoadReport report(long nowNanos, long oldestNanos) {
    LoadReport latest = report;
    return nowNanos - reportNanos <= oldestNanos ? latest : LoadReport.UNKNOWN;
  }

  /** Twice the present average, within [200 ms, 10 s]: repeated failures weigh more and more. */
  private long penaltyNanos() {
    double twice = 2 * latency.nanos();
    return Math.max(FAILURE_NANOS, (long) Math.min(HIGHEST_FAILURE_NANOS, twice));
  }
}
