// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

/** The last ten minutes of one figure: 60 means of ten seconds each; NaN where nothing is known. */
final class RecentLine {
  static final int LENGTH = 60;
  private static final long SECONDS = 10;

  private final double[] means = new double[LENGTH];
  private long period = Long.MIN_VALUE;
  private double sum;
  private int count;

  /** Adds a value; a time before the latest counts as the latest. */
  void add(double value, long nowSeconds) {
    long now = Math.max(period, Math.floorDiv(nowSeconds, SECONDS));
    if (period == Long.MIN_VALUE) {
      java.util.Arrays.fill(means, Double.NaN);
      period = now;
    }
    long over = Math.min(LENGTH + 1L, now - period);
    for (long i = 0; i < over; i++) {
      System.arraycopy(means, 1, means, 0, LENGTH - 1);
      means[LENGTH - 1] = i == 0 && count > 0 ? sum / count : Double.NaN;
      if (i == 0) {
        sum = 0;
        count = 0;
      }
    }
    period = now;
    if (!Double.isNaN(value)) {
      sum += value;
      count++;
    }
  }

  /** The ended periods, oldest first. */
  double[] values() {
    return means.clone();
  }

  /** Another number whenever a period has ended. */
  long period() {
    return period;
  }
}
