// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.Expect;
import dev.sinew.autoscaler.demand.Figures;
import dev.sinew.autoscaler.target.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Moves only as far as every proposal of the last while agrees: out to the lowest of them, in to
 * the highest (Kubernetes' HorizontalPodAutoscaler, {@code horizontal.go}).
 *
 * @param outWindow how long scale-out must have been proposed; 0 to one hour
 * @param inWindow how long scale-in must have been proposed; 0 to one hour
 */
public record Stabilization(Duration outWindow, Duration inWindow) {
  private static final String RULE = "stabilization";

  /** Checks both. */
  public Stabilization {
    check("stabilization.outWindow", outWindow);
    check("stabilization.inWindow", inWindow);
  }

  private static void check(String name, Duration window) {
    boolean within = !window.isNegative() && window.compareTo(Duration.ofHours(1)) <= 0;
    Expect.that(within, name, window, "PT0S to PT1H");
  }

  /** Out at once, in after 300 s. */
  public static Stabilization defaults() {
    return new Stabilization(Duration.ZERO, Duration.ofMinutes(5));
  }

  int apply(int proposed, Situation situation, List<Reason> reasons) {
    int present = situation.replicas().desired();
    if (proposed > present) {
      return out(proposed, present, situation, reasons);
    }
    return proposed < present ? in(proposed, present, situation, reasons) : proposed;
  }

  private int out(int proposed, int present, Situation situation, List<Reason> reasons) {
    Proposal lowest = new Proposal(situation.now(), proposed);
    for (Proposal earlier : situation.recent()) {
      if (counts(earlier, situation.now()) && earlier.replicas() < lowest.replicas()) {
        lowest = earlier;
      }
    }
    int number = Math.max(present, lowest.replicas());
    if (number != proposed) {
      reasons.add(reason(proposed, number, lowest, situation.now(), outWindow));
    }
    return number;
  }

  private int in(int proposed, int present, Situation situation, List<Reason> reasons) {
    Proposal highest = new Proposal(situation.now(), proposed);
    for (Proposal earlier : situation.recent()) {
      if (holds(earlier, situation.now()) && earlier.replicas() >= highest.replicas()) {
        highest = earlier;
      }
    }
    int number = Math.min(present, highest.replicas());
    if (number != proposed) {
      reasons.add(reason(proposed, number, highest, situation.now(), inWindow));
    }
    return number;
  }

  /** Whether scale-out looks at it; with a window of 0 at none. */
  private boolean counts(Proposal earlier, Instant now) {
    Duration age = Duration.between(earlier.at(), now);
    return !age.isNegative() && age.compareTo(outWindow) < 0;
  }

  /** Whether scale-in looks at it; also at one of the future: the clock was set back, so wait. */
  private boolean holds(Proposal earlier, Instant now) {
    return Duration.between(earlier.at(), now).compareTo(inWindow) <= 0;
  }

  private static Reason reason(
      int proposed, int number, Proposal earlier, Instant now, Duration window) {
    Duration ago = Duration.between(earlier.at(), now);
    String when = ago.isNegative() || ago.isZero() ? "just now" : Figures.seconds(ago) + " ago";
    String because = Figures.replicas(earlier.replicas()) + " were needed " + when
        + "; a change must be wanted for " + Figures.seconds(window);
    return new Reason(RULE, proposed, number, because);
  }
}
