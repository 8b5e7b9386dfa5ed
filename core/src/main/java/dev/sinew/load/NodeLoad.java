// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All that one client knows of the load of one replica: its own calls in flight, its own latencies,
 * and the replica's latest report.
 *
 * <p>Thread-safe; readers never wait. Time is {@code System.nanoTime()} or the simulator's.
 */
public final class NodeLoad {
  private final PendingCalls pending = new PendingCalls();
  private final AtomicInteger streams = new AtomicInteger();
  private final LatencyAverage latency = new LatencyAverage();
  private volatile LoadReport report = LoadReport.UNKNOWN;
  private volatile long reportNanos;

  /** A replica that no call was sent to and that reported nothing. */
  public NodeLoad() {}

  /** A unary call was sent to the replica. */
  public void started(long nowNanos) {
    if (pending.started(nowNanos)) {
      latency.begun(nowNanos);
    }
  }

  /**
   * A unary call ended; call it exactly once for each {@link #started}.
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
      case FAILURE, OVERLOADED -> latency.addFailure(latencyNanos, nowNanos);
      case IGNORED -> {}
    }
    if (reported != null) {
      reported(reported, nowNanos);
    }
  }

  /**
   * A streaming call was sent to the replica. It counts in {@link #streams} and nowhere else: a stream
   * lasts as long as its caller wants and may be silent all the time.
   */
  public void streamStarted() {
    streams.incrementAndGet();
  }

  /**
   * A streaming call ended; call it exactly once for each {@link #streamStarted}.
   *
   * @param reported the report that came with its end, or null
   */
  public void streamEnded(long nowNanos, @Nullable LoadReport reported) {
    streams.decrementAndGet();
    if (reported != null) {
      reported(reported, nowNanos);
    }
  }

  /** The replica reported its load, in an answer or out of band. */
  public void reported(LoadReport latest, long nowNanos) {
    reportNanos = nowNanos;
    report = latest;
  }

  /** This client's unary calls in flight to the replica. */
  public int pending() {
    return pending.count();
  }

  /** This client's open streams to the replica. */
  public int streams() {
    return streams.get();
  }

  /**
   * Average latency in nanoseconds; NaN before the first call ended. While no unary call is in flight it
   * fades towards 0, because only another call can show whether a replica that was slow still is.
   */
  public double latencyNanos(long nowNanos) {
    return pending.count() > 0 ? latency.nanos() : latency.fadedNanos(nowNanos);
  }

  /** Nanoseconds for which unary calls were in flight and none began from idle or ended. */
  public long stalledNanos(long nowNanos) {
    return pending.stalledNanos(nowNanos);
  }

  /** The latest report if it is at most so old, else {@link LoadReport#UNKNOWN}. */
  public LoadReport report(long nowNanos, long oldestNanos) {
    LoadReport latest = report;
    return nowNanos - reportNanos <= oldestNanos ? latest : LoadReport.UNKNOWN;
  }
}
