// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.autoscaler.demand.Demand;
import dev.sinew.autoscaler.demand.Figures;
import dev.sinew.autoscaler.target.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The most that any target asks for; less than the present number only if everything is known.
 *
 * <p>Unknown is not zero: a target whose metric is missing, even of one ready replica, forbids
 * scale-in, while the trustworthy signals of the others may still scale out.
 */
final class HighestDemand {
  private HighestDemand() {}

  static int apply(int present, List<Demand> demands, List<Reason> reasons) {
    int highest = highest(present, demands, reasons);
    List<Demand> uncertain =
        demands.stream().filter(demand -> !demand.certain()).toList();
    boolean nothing = demands.stream().noneMatch(Demand::known);
    if (uncertain.isEmpty() || (highest >= present && !nothing)) {
      return highest;
    }
    String because = sentence(uncertain) + ", so none may leave";
    reasons.add(new Reason("unknown", highest, present, because));
    return present;
  }

  private static int highest(int present, List<Demand> demands, List<Reason> reasons) {
    return demands.stream()
        .filter(Demand::known)
        .max(Comparator.comparingInt(Demand::replicas).thenComparingDouble(Demand::needed))
        .map(most -> {
          if (most.says(present)) {
            reasons.add(new Reason(most.rule(), present, most.replicas(), most.because()));
          }
          return most.replicas();
        })
        .orElse(present);
  }

  /** As {@code calls per second of a, b, c and 2 more is unknown; cpu is unknown}. */
  private static String sentence(List<Demand> uncertain) {
    List<String> parts = new ArrayList<>();
    for (Demand demand : uncertain) {
      String of = demand.missing().isEmpty()
          ? " is unknown because no replica is ready"
          : " is unknown of " + Figures.names(demand.missing());
      parts.add(demand.metric() + of);
    }
    return String.join("; ", parts);
  }
}
