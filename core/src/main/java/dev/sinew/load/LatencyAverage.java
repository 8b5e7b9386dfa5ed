// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

/**
 * An exponentially weighted average of call latencies, weighted by time and not by count.
 *
 * <p>A sample after a gap of dt has the weight 1 - e^(-dt/tau), so the average forgets at the same pace
 * at ten and at ten thousand calls a second. It is symmetric: a peak rises and decays alike, because an
 * average that jumps to each peak keeps a replica out for seconds after one pause.
 *
 * <p>While nothing is in flight the average fades when it is read, by e^(-idle/fade): a replica that is
 * left out for what it once was could never show that it is well again (the decay on read of Finagle's
 * peak EWMA). The fade is a guess, and the next sample judges it: if the replica is as slow as it was,
 * the old average is back and the next fade takes twice as long. So a replica that was only cold is back
 * within a second or two, and one that stays slow is tried less and less often.
 */
final class LatencyAverage {
  /** Short enough to follow a replica that turns slow within a second or two. */
  private static final double TAU_NANOS = 1e9;

  /** Calls that end in the same instant still count a little. */
  private static final long SHORTEST_GAP_NANOS = 1_000;

  /** A first answer twenty times as long as the peers' is forgotten in three of these. */
  private static final long FASTEST_FADE_NANOS = 100_000_000L;

  /** What ten times the peers' latency, or a failure, needs to be forgotten is some five seconds. */
  private static final long SLOWEST_FADE_NANOS = 2_000_000_000L;

  /** What a failure counts as at least, so that failing fast never looks like answering fast. */
  private static final long FAILURE_NANOS = 200_000_000L;

  private static final long HIGHEST_FAILURE_NANOS = 10_000_000_000L;

  private volatile long lastNanos;
  private volatile long fadeNanos = FASTEST_FADE_NANOS;
  private volatile double nanos = Double.NaN;

  /** What the average had faded to when calls began again; infinite when it has not faded since. */
  private volatile double begunNanos = Double.POSITIVE_INFINITY;

  /** A call begins while nothing is in flight. */
  void begun(long nowNanos) {
    begunNanos = fadedNanos(nowNanos);
  }

  /** Adds a sample; nothing takes less than a nanosecond, whatever the clock says. */
  synchronized void add(long latencyNanos, long nowNanos) {
    double sample = Math.max(1, latencyNanos);
    double before = nanos;
    double faded = begunNanos;
    long gap = Math.max(SHORTEST_GAP_NANOS, nowNanos - lastNanos);
    // First the time: who reads in between finds the former average still good.
    lastNanos = nowNanos;
    begunNanos = Double.POSITIVE_INFINITY;
    if (Double.isNaN(before)) {
      nanos = sample;
      return;
    }
    boolean misled = faded < before / 2 && sample > before / 2;
    fadeNanos = misled
        ? Math.min(SLOWEST_FADE_NANOS, fadeNanos * 2)
        : Math.max(FASTEST_FADE_NANOS, fadeNanos / 2);
    // The sample takes back as much of the fade as it contradicts.
    double from = Math.min(before, Math.max(faded, sample));
    nanos = from - Math.expm1(-gap / TAU_NANOS) * (sample - from);
  }

  /**
   * Adds a failed call: at least twice the average, within [200 ms, 10 s], so that repeated failures weigh
   * more and more. It fades as slowly as can be.
   */
  synchronized void addFailure(long latencyNanos, long nowNanos) {
    double twice = 2 * nanos;
    long penalty = Math.max(FAILURE_NANOS, (long) Math.min(HIGHEST_FAILURE_NANOS, twice));
    add(Math.max(latencyNanos, penalty), nowNanos);
    fadeNanos = SLOWEST_FADE_NANOS;
  }

  /** The average in nanoseconds; NaN before the first sample. */
  double nanos() {
    return nanos;
  }

  /** What the average has faded to if nothing was in flight since the last sample; NaN before it. */
  double fadedNanos(long nowNanos) {
    long idle = Math.max(0, nowNanos - lastNanos);
    return nanos * Math.exp(-(double) idle / fadeNanos);
  }
}
