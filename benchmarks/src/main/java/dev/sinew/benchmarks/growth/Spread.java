// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import org.HdrHistogram.Histogram;

/**
 * How values are spread.
 *
 * @param p50 half of them are at most this
 * @param p99 of a hundred, one is more
 * @param max the highest
 */
record Spread(double p50, double p99, double max) {
  private static final double PER_MILLI = 1e6;

  /** Of times in nanoseconds, in milliseconds. */
  static Spread millis(Histogram nanos) {
    return new Spread(
        nanos.getValueAtPercentile(50) / PER_MILLI,
        nanos.getValueAtPercentile(99) / PER_MILLI,
        nanos.getMaxValue() / PER_MILLI);
  }
}
