// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

/**
 * An exponentially weighted average of call latencies, weighted by time and not by count.
 *
 * <p>A sample after a gap of dt has the weight 1 - e^(-dt/tau), so the average forgets at the same pace
 * at ten and at ten thousand calls a second. It is symmetric: a peak rises and decays alike, because an
 * average that jumps to each peak keeps a replica out for seconds after one pause.
 */
final class LatencyAverage {
  /** Short enough to follow a replica that turns slow within a second or two. */
  private static final double TAU_NANOS = 1e9;

  /** Calls that end in the same instant still count a little. */
  private static final long SHORTEST_GAP_NANOS = 1_000;

  /** What was measured longer ago says nothing: a replica that was slow then may be fast now. */
  private static final long OLDEST_NANOS = 10_000_000_000L;

  private volatile long lastNanos;
  private volatile double nanos = Double.NaN;

  /** Adds a sample; nothing takes less than a nanosecond, whatever the clock says. */
  synchronized void add(long latencyNanos, long nowNanos) {
    double before = nanos;
    long sample = Math.max(1, latencyNanos);
    long gap = Math.max(SHORTEST_GAP_NANOS, nowNanos - lastNanos);
    // First the time: who reads in between finds the former average still good.
    lastNanos = nowNanos;
    nanos =
        Double.isNaN(before) ? sample : before - Math.expm1(-gap / TAU_NANOS) * (sample - before);
  }

  /** The average in nanoseconds; NaN before the first sample. */
  double nanos() {
    return nanos;
  }

  /** The average in nanoseconds; NaN before the first sample and 10 s after the last. */
  double nanos(long nowNanos) {
    return nowNanos - lastNanos <= OLDEST_NANOS ? nanos : Double.NaN;
  }
}
