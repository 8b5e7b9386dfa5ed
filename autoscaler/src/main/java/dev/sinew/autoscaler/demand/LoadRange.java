// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import java.util.List;

/**
 * The replicas that a load needs when part of it is unknown: the truth lies between two bounds.
 *
 * <p>A replica that does not tell counts as idle for scale-out and as exactly at its target for
 * scale-in (as in Kubernetes' HorizontalPodAutoscaler, {@code replica_calculator.go}). Within 10 %
 * of the present number nothing changes.
 *
 * @param load the sum that is known
 * @param perReplica the target
 * @param silent the replicas of which nothing is known
 */
record LoadRange(double load, double perReplica, List<String> silent) {
  /** A smaller change costs more in starts and stops than it gives; Kubernetes' default. */
  private static final double TOLERANCE = 0.1;

  /** Replicas needed if every silent one is idle. */
  double low() {
    return load / perReplica;
  }

  /** Replicas needed if every silent one is at its target. */
  double high() {
    return low() + silent.size();
  }

  private boolean scalesOut(int present) {
    return low() > present * (1 + TOLERANCE);
  }

  private boolean scalesIn(int present) {
    return high() < present * (1 - TOLERANCE);
  }

  /**
   * The bound that bears on the present number: the low one if that scales out, else the high one.
   */
  double needed(int present) {
    return scalesOut(present) ? low() : high();
  }

  /** The number to ask for. */
  int replicas(int present) {
    return scalesOut(present) || scalesIn(present) ? Demand.whole(needed(present)) : present;
  }

  /** What to add to the sentence about the load: what was assumed, and why nothing changes. */
  String remark(int present) {
    String assumed = scalesOut(present) ? " counted as idle" : " counted as at target";
    String silence = silent.isEmpty() ? "" : ", with " + Figures.names(silent) + assumed;
    boolean held = replicas(present) == present && Demand.whole(needed(present)) != present;
    return held ? silence + ", too close to " + present + " for a change" : silence;
  }
}
