// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.Expect;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Values of one series at equal steps; what is not known is a gap, and a gap is NaN.
 *
 * <p>Immutable.
 */
public final class Series {
  private final Map<String, String> labels;
  private final Instant from;
  private final Duration step;
  private final double[] values;

  /**
   * Copies the values.
   *
   * @param labels that tell it from others
   * @param from the time of the first value
   * @param step between two values, above 0
   * @param values finite, or NaN for a gap
   */
  public Series(Map<String, String> labels, Instant from, Duration step, double[] values) {
    Expect.that(step.toMillis() > 0, "series.step", step, "1 ms or more");
    for (double value : values) {
      Expect.that(!Double.isInfinite(value), "series.value", value, "finite, or NaN for a gap");
    }
    this.labels = Map.copyOf(labels);
    this.from = from;
    this.step = step;
    this.values = values.clone();
  }

  /** The labels that tell it from others. */
  public Map<String, String> labels() {
    return labels;
  }

  /** The time of the first value. */
  public Instant from() {
    return from;
  }

  /** The time between two values. */
  public Duration step() {
    return step;
  }

  /** How many values there are, gaps included. */
  public int size() {
    return values.length;
  }

  /** How many values are known. */
  public int known() {
    int known = 0;
    for (double value : values) {
      known += Double.isNaN(value) ? 0 : 1;
    }
    return known;
  }

  /** One value, or NaN in a gap. */
  public double value(int index) {
    return values[index];
  }

  /** The time of one value. */
  public Instant at(int index) {
    return from.plusMillis(index * step.toMillis());
  }

  /** All values in a new array. */
  public double[] values() {
    return values.clone();
  }

  @Override
  public String toString() {
    return Expect.printable(labels.toString()) + " " + size() + " values, " + known()
        + " known, from " + from + " every " + step;
  }
}
