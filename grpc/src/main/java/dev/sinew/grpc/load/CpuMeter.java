// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Turns a processor-time counter into the share of the allowed processors used within the last second.
 *
 * <p>Not thread-safe.
 */
final class CpuMeter {
  private static final long WINDOW_NANOS = 1_000_000_000L;

  /** The counter moves in steps of up to 10 ms: over a shorter time a share would be mostly rounding. */
  private static final long SHORTEST_NANOS = 90_000_000L;

  /** More samples a second than this are not asked for; the oldest go first. */
  private static final int MOST_SAMPLES = 64;

  private final Deque<Sample> samples = new ArrayDeque<>();

  /**
   * Takes a sample and gives the share since the oldest one of the last second.
   *
   * @param cpuNanos processor time used since the start; negative is unknown
   * @param cpus processors allowed, may be a fraction
   * @return NaN while there is nothing to compare with, or if an argument makes no sense
   */
  double share(long cpuNanos, double cpus, long nowNanos) {
    Sample newest = samples.peekLast();
    boolean sane = newest == null || (nowNanos >= newest.atNanos && cpuNanos >= newest.cpuNanos);
    if (cpuNanos < 0 || !sane) {
      samples.clear();
    }
    if (cpuNanos < 0) {
      return Double.NaN;
    }
    samples.addLast(new Sample(nowNanos, cpuNanos));
    forgetBefore(nowNanos - WINDOW_NANOS);
    Sample oldest = samples.getFirst();
    long span = nowNanos - oldest.atNanos;
    if (span < SHORTEST_NANOS || !(cpus > 0)) {
      return Double.NaN;
    }
    return (cpuNanos - oldest.cpuNanos) / (span * cpus);
  }

  /** Keeps the newest of the samples that are too old when there would be only the present one. */
  private void forgetBefore(long nanos) {
    while (samples.size() > MOST_SAMPLES
        || (samples.size() > 2 && samples.getFirst().atNanos - nanos < 0)) {
      samples.removeFirst();
    }
  }

  private record Sample(long atNanos, long cpuNanos) {}
}
