// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.Expect;
import dev.sinew.autoscaler.demand.Target;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link ScalePolicy} follows.
 *
 * @param bounds how many replicas there may be
 * @param targets one to twenty, each of another metric or origin; the one that asks for most counts
 * @param stabilization how long a change must be wanted
 * @param steps how fast the number may move
 * @param freshness a signal older than this is unknown; 1 s to 5 min
 */
public record PolicySettings(
    Bounds bounds,
    List<Target> targets,
    Stabilization stabilization,
    StepLimits steps,
    Duration freshness) {
  /** Checks every field and copies the list. */
  public PolicySettings {
    targets = List.copyOf(targets);
    long kinds = targets.stream()
        .map(target -> target.metric() + "/" + target.origin())
        .distinct()
        .count();
    Expect.that(
        !targets.isEmpty() && targets.size() <= 20 && kinds == targets.size(),
        "policy.targets",
        targets,
        "1 to 20, each of another metric or origin");
    boolean within = freshness.compareTo(Duration.ofSeconds(1)) >= 0
        && freshness.compareTo(Duration.ofMinutes(5)) <= 0;
    Expect.that(within, "policy.freshness", freshness, "PT1S to PT5M");
  }

  /** Bounds and targets with the default damping, and signals that are good for 15 s. */
  public static PolicySettings of(int min, int max, Target... targets) {
    return new PolicySettings(
        new Bounds(min, max),
        List.of(targets),
        Stabilization.defaults(),
        StepLimits.defaults(),
        Duration.ofSeconds(15));
  }

  /** These settings with another stabilization. */
  public PolicySettings withStabilization(Stabilization other) {
    return new PolicySettings(bounds, targets, other, steps, freshness);
  }

  /** These settings with other step limits. */
  public PolicySettings withSteps(StepLimits other) {
    return new PolicySettings(bounds, targets, stabilization, other, freshness);
  }

  /** These settings with another bound on the age of signals. */
  public PolicySettings withFreshness(Duration other) {
    return new PolicySettings(bounds, targets, stabilization, steps, other);
  }
}
