// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import dev.sinew.Expect;
import java.util.List;

/**
 * How many replicas one target asks for.
 *
 * @param rule the target's rule, as {@code requests-per-replica}
 * @param metric the metric in words, as {@code calls per second}
 * @param needed replicas that the load needs, before rounding and tolerance
 * @param replicas the number asked for; the present one when nothing is known
 * @param known whether anything is known of the metric
 * @param missing ids of the ready replicas that do not tell it
 * @param because one sentence with the figures
 */
public record Demand(
    String rule,
    String metric,
    double needed,
    int replicas,
    boolean known,
    List<String> missing,
    String because) {
  /** Far beyond any fleet; keeps arithmetic with absurd loads within an int. */
  static final int MOST_REPLICAS = 1_000_000;

  /**
   * Absorbs the rounding of sums, so that seven tenths ten times need ten replicas and not eleven.
   */
  private static final double ROUNDING = 1e-9;

  /** Checks the numbers and copies the list. */
  public Demand {
    Expect.that(needed >= 0, "demand.needed", needed, "0 or more");
    Expect.that(replicas >= 0, "demand.replicas", replicas, "0 or more");
    missing = List.copyOf(missing);
  }

  /** Nothing is known of the metric: stay. */
  static Demand unknown(String rule, String metric, int present, List<String> missing) {
    return new Demand(rule, metric, present, present, false, missing, metric + " is unknown");
  }

  /** Whether it allows scale-in: everything it rests on is known. */
  public boolean certain() {
    return known && missing.isEmpty();
  }

  /** Whether the number asked for differs from the present one or from what the load needs. */
  public boolean says(int present) {
    return replicas != present || whole(needed) != present;
  }

  /** The whole number of replicas for a fraction of them. */
  static int whole(double replicas) {
    return (int) Math.min(MOST_REPLICAS, Math.ceil(replicas * (1 - ROUNDING)));
  }
}
