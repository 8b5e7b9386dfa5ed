// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.Expect;
import dev.sinew.autoscaler.demand.Figures;
import dev.sinew.autoscaler.target.Reason;
import java.util.List;

/**
 * How many replicas there are at least and at most; the last word, and obeyed at once.
 *
 * @param min 1 to {@code max}
 * @param max at most 10000
 */
public record Bounds(int min, int max) {
  /** Checks both. */
  public Bounds {
    Expect.that(max >= 1 && max <= 10_000, "bounds.max", max, "1 to 10000");
    Expect.that(min >= 1 && min <= max, "bounds.min", min, "1 to max " + max);
  }

  boolean contain(int number) {
    return number >= min && number <= max;
  }

  int apply(int number, List<Reason> reasons) {
    if (number < min) {
      reasons.add(
          new Reason("bounds", number, min, "there are to be at least " + Figures.replicas(min)));
      return min;
    }
    if (number > max) {
      reasons.add(
          new Reason("bounds", number, max, "there are to be at most " + Figures.replicas(max)));
      return max;
    }
    return number;
  }
}
