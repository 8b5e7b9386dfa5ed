// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.autoscaler.target.ScaleDecision;

/** Decides how many replicas there shall be; pure: the same situation gives the same decision. */
@FunctionalInterface
public interface ScalePolicy {
  /** Decides; never throws for anything the situation may hold. */
  ScaleDecision decide(Situation situation);

  /**
   * Follows targets: the most that any of them asks for (in only if everything is known), then
   * stabilization, step limits, bounds.
   */
  static ScalePolicy of(PolicySettings settings) {
    return new TargetPolicy(settings);
  }
}
