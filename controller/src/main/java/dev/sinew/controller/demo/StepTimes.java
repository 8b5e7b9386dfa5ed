// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.controller.load.SecondSummary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How fast the loop followed the load step. */
final class StepTimes {
  /** One calm second may be luck; from two in a row on the latency has come back. */
  private static final int CALM_SECONDS = 2;

  /** A queue that the step builds up is felt within this time, or there is none. */
  private static final int RISE_SECONDS = 6;

  private StepTimes() {}

  /** Seconds from the step to the first scale-out after it; null if there was none. */
  static @Nullable Double toDecision(double step, List<DemoResult.Decision> decisions) {
    DemoResult.Decision first = firstScaleOut(step, decisions);
    return first == null ? null : first.atSeconds() - step;
  }

  /**
   * Seconds from the first scale-out after the step to the first answer of a replica that answered
   * nothing before it; null if there was none.
   */
  static @Nullable Double toTraffic(
      double step,
      List<DemoResult.Decision> decisions,
      Map<String, Double> firstAnswers,
      Set<String> before) {
    DemoResult.Decision decision = firstScaleOut(step, decisions);
    if (decision == null) {
      return null;
    }
    double first = firstAnswers.entrySet().stream()
        .filter(answer -> !before.contains(answer.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .filter(at -> at >= decision.atSeconds())
        .min()
        .orElse(Double.NaN);
    return Double.isNaN(first) ? null : Double.valueOf(first - decision.atSeconds());
  }

  /**
   * Seconds from the step until p99 is below twice the baseline and stays so for two seconds; 0 if it
   * never rose that far, null if it did not come back or there is no baseline.
   */
  static @Nullable Double toRecovery(
      double step, double baselineP99Millis, List<SecondSummary> seconds) {
    if (Double.isNaN(step) || Double.isNaN(baselineP99Millis)) {
      return null;
    }
    List<SecondSummary> after =
        seconds.stream().filter(second -> second.second() >= Math.floor(step)).toList();
    double limit = 2 * baselineP99Millis;
    int rise = 0;
    while (rise < after.size() && calm(after.get(rise), limit)) {
      rise++;
    }
    if (rise >= Math.min(RISE_SECONDS, after.size())) {
      return 0.0;
    }
    int calm = 0;
    for (SecondSummary second : after.subList(rise, after.size())) {
      calm = calm(second, limit) ? calm + 1 : 0;
      if (calm == CALM_SECONDS) {
        return second.second() - CALM_SECONDS + 1 - step;
      }
    }
    return null;
  }

  private static boolean calm(SecondSummary second, double limitMillis) {
    return second.p99Millis() < limitMillis;
  }

  private static DemoResult.@Nullable Decision firstScaleOut(
      double step, List<DemoResult.Decision> decisions) {
    return decisions.stream()
        .filter(d -> d.atSeconds() >= step && d.to() > d.from())
        .findFirst()
        .orElse(null);
  }
}
