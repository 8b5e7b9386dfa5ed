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

  private long lastNanos;
  private volatile double nanos = Double.NaN;

  synchronized void add(long latencyNanos, long nowNanos) {
    double before = nanos;
    if (Double.isNaN(before)) {
      nanos = latencyNanos;
    } else {
      long gap = Math.max(SHORTEST_GAP_NANOS, nowNanos - lastNanos);
      double weight = -Math.expm1(-gap / TAU_NANOS);
      nanos = before + weight * (latencyNanos - before);
    }
    lastNanos = nowNanos;
  }

  /** The average in nanoseconds; NaN before the first sample. */
  double nanos() {
    return nanos;
  }
}
