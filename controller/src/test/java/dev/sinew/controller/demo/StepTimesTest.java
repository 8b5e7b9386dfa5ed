// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.controller.load.SecondSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StepTimesTest {
  private static final List<DemoResult.Decision> DECISIONS = List.of(
      new DemoResult.Decision(0.1, 0, 2, List.of()),
      new DemoResult.Decision(22.5, 2, 5, List.of()),
      new DemoResult.Decision(60, 5, 7, List.of()));

  @Test
  void the_decision_is_the_first_scale_out_after_the_step() {
    assertThat(StepTimes.toDecision(20.5, DECISIONS)).isCloseTo(2, within(1e-9));
    assertThat(StepTimes.toDecision(61, DECISIONS)).isNull();
    assertThat(StepTimes.toDecision(Double.NaN, DECISIONS)).isNull();
  }

  @Test
  void traffic_is_the_first_answer_of_a_replica_that_is_new_since_the_decision() {
    Map<String, Double> answers = Map.of("a", 1.0, "b", 1.1, "c", 24.0, "d", 23.5);
    assertThat(StepTimes.toTraffic(20.5, DECISIONS, answers, Set.of("a", "b")))
        .isCloseTo(1, within(1e-9));
    assertThat(StepTimes.toTraffic(20.5, DECISIONS, Map.of("a", 1.0), Set.of("a")))
        .isNull();
  }

  @Test
  void recovery_is_the_first_of_two_calm_seconds() {
    List<SecondSummary> seconds = p99s(100, 100, 150, 120, 900, 190, 700, 180, 170, 100);
    assertThat(StepTimes.toRecovery(2.5, 100, seconds)).isCloseTo(4.5, within(1e-9));
  }

  @Test
  void a_step_that_is_hardly_felt_recovers_at_once_and_one_that_is_not_overcome_never() {
    assertThat(StepTimes.toRecovery(2.5, 100, p99s(100, 100, 120, 150, 100))).isZero();
    assertThat(StepTimes.toRecovery(2.5, 100, p99s(100, 100, 300, 400, 500, 600)))
        .isNull();
    assertThat(StepTimes.toRecovery(Double.NaN, 100, p99s(100, 100))).isNull();
    assertThat(StepTimes.toRecovery(2.5, Double.NaN, p99s(100, 100, 100, 100))).isNull();
  }

  private static List<SecondSummary> p99s(double... values) {
    List<SecondSummary> seconds = new ArrayList<>();
    for (double value : values) {
      seconds.add(new SecondSummary(seconds.size(), 10, 10, 0, value / 2, value));
    }
    return seconds;
  }
}
