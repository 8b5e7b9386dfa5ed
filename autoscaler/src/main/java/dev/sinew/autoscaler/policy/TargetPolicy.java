// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.autoscaler.demand.Demand;
import dev.sinew.autoscaler.demand.Readings;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows targets: what they ask for, damped, limited, bounded and held, in this order. */
final class TargetPolicy implements ScalePolicy {
  private final PolicySettings settings;

  TargetPolicy(PolicySettings settings) {
    this.settings = settings;
  }

  @Override
  public ScaleDecision decide(Situation situation) {
    int present = situation.replicas().desired();
    Readings readings = Readings.of(
        situation.signals(), situation.replicas(), situation.now(), settings.freshness());
    List<Demand> demands = settings.targets().stream()
        .map(target -> target.demand(situation.replicas(), readings))
        .toList();
    List<Reason> reasons = new ArrayList<>();
    int proposed = HighestDemand.apply(present, demands, reasons);
    int stabilized = settings.stabilization().apply(proposed, situation, reasons);
    int limited = settings.steps().apply(stabilized, situation, settings.bounds(), reasons);
    int bounded = settings.bounds().apply(limited, reasons);
    int number = held(present, bounded, situation.hold(), reasons);
    List<String> victims = Victims.of(present, number, situation.replicas(), readings);
    return new ScaleDecision(
        situation.now(), present, number, victims, proposed, situation.epoch(), reasons);
  }

  /** A person's word counts more than the bounds. */
  private static int held(int present, int number, @Nullable Hold hold, List<Reason> reasons) {
    if (hold == null || number == present) {
      return number;
    }
    String because =
        "paused by " + hold.by() + " since " + hold.since() + " because: " + hold.why();
    reasons.add(new Reason("paused", number, present, because));
    return present;
  }
}
