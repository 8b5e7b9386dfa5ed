// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.Expect;
import dev.sinew.autoscaler.demand.Figures;
import dev.sinew.autoscaler.target.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How fast the number may move, so that no wrong signal moves it far before somebody sees.
 *
 * <p>Counted from the decisions that were made, not from the number of ticks. One that began outside
 * the bounds, such as a cold start, only brought the number back between them and does not count.
 *
 * @param out how fast it may grow; default the larger of 4 and 100 % per 15 s
 * @param in how fast it may shrink; default the larger of 1 and 10 % per 60 s
 */
public record StepLimits(Step out, Step in) {
  private static final String RULE = "step-limit";

  /** Out by 4 or 100 % per 15 s, in by 1 or 10 % per 60 s. */
  public static StepLimits defaults() {
    return new StepLimits(
        new Step(4, 1, Duration.ofSeconds(15)), new Step(1, 0.1, Duration.ofMinutes(1)));
  }

  int apply(int number, Situation situation, Bounds bounds, List<Reason> reasons) {
    int present = situation.replicas().desired();
    if (number > present) {
      long added = moved(situation, bounds, out, 1);
      long before = Math.max(0, present - added);
      long highest = Math.max(present, before + out.most(before));
      if (number > highest) {
        reasons.add(reason(number, (int) highest, "join", out, before));
        return (int) highest;
      }
    } else if (number < present) {
      long removed = moved(situation, bounds, in, -1);
      long before = present + removed;
      long lowest = Math.min(present, Math.max(0, before - in.most(before)));
      if (number < lowest) {
        reasons.add(reason(number, (int) lowest, "leave", in, before));
        return (int) lowest;
      }
    }
    return number;
  }

  /** Replicas that decisions within the step's period added (sign 1) or removed (sign -1). */
  private static long moved(Situation situation, Bounds bounds, Step step, int sign) {
    return situation.decisions().stream()
        .filter(decision -> step.counts(decision.at(), situation.now()))
        .filter(decision -> bounds.contain(decision.from()))
        .mapToLong(decision -> Math.max(0, sign * ((long) decision.to() - decision.from())))
        .sum();
  }

  private static Reason reason(int number, int limited, String verb, Step step, long before) {
    String because = "at most " + step.most(before) + " may " + verb + " the " + before + " within "
        + Figures.seconds(step.period());
    return new Reason(RULE, number, limited, because);
  }

  /**
   * The most that may change within a period: a number or a share of the replicas, whichever is
   * larger.
   *
   * @param replicas 1 to 10000
   * @param share of the replicas at the period's beginning, 0 to 10; rounded down
   * @param period above 0, at most one hour
   */
  public record Step(int replicas, double share, Duration period) {
    /** Checks every field. */
    public Step {
      Expect.that(replicas >= 1 && replicas <= 10_000, "step.replicas", replicas, "1 to 10000");
      Expect.that(share >= 0 && share <= 10, "step.share", share, "0 to 10");
      boolean within =
          period.compareTo(Duration.ZERO) > 0 && period.compareTo(Duration.ofHours(1)) <= 0;
      Expect.that(within, "step.period", period, "above PT0S, at most PT1H");
    }

    /** The most replicas that may join or leave so many within the period. */
    long most(long before) {
      return Math.max(replicas, (long) (share * before + 1e-9));
    }

    /**
     * Whether a decision lies within the period; one of the future does, as the clock was set back.
     */
    boolean counts(Instant at, Instant now) {
      return Duration.between(at, now).compareTo(period) < 0;
    }
  }
}
