// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.ago;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepLimitsTest {
  private final List<Reason> reasons = new ArrayList<>();

  @Test
  void out_by_four_or_double_whichever_is_more() {
    assertThat(apply(1, 100)).isEqualTo(5);
    assertThat(apply(3, 100)).isEqualTo(7);
    assertThat(apply(10, 100)).isEqualTo(20);
    assertThat(apply(0, 100)).isEqualTo(4);
    assertThat(reasons.get(2))
        .isEqualTo(new Reason("step-limit", 100, 20, "at most 10 may join the 10 within 15 s"));
  }

  @Test
  void in_by_one_or_a_tenth_whichever_is_more() {
    assertThat(apply(5, 1)).isEqualTo(4);
    assertThat(apply(30, 1)).isEqualTo(27);
    assertThat(apply(39, 1)).isEqualTo(36);
    assertThat(apply(1, 0)).isZero();
    assertThat(reasons.get(1))
        .isEqualTo(new Reason("step-limit", 1, 27, "at most 3 may leave the 30 within 60 s"));
  }

  @Test
  void smaller_steps_pass_without_a_word() {
    assertThat(apply(10, 20)).isEqualTo(20);
    assertThat(apply(30, 27)).isEqualTo(27);
    assertThat(apply(30, 30)).isEqualTo(30);
    assertThat(reasons).isEmpty();
  }

  @Test
  void earlier_steps_within_the_period_use_up_the_limit() {
    assertThat(apply(15, 100, step(14, 10, 15))).isEqualTo(20);
    assertThat(apply(20, 100, step(14, 10, 20))).isEqualTo(20);
    assertThat(apply(28, 1, step(59, 30, 28))).isEqualTo(27);
    assertThat(apply(27, 1, step(59, 30, 28), step(30, 28, 27))).isEqualTo(27);
  }

  @Test
  void the_limit_is_free_again_after_the_period() {
    assertThat(apply(20, 100, step(15, 10, 20))).isEqualTo(40);
    assertThat(apply(27, 1, step(60, 30, 27))).isEqualTo(25);
  }

  @Test
  void steps_the_other_way_do_not_count() {
    assertThat(apply(27, 100, step(5, 30, 27))).isEqualTo(54);
    assertThat(apply(20, 1, step(5, 10, 20))).isEqualTo(18);
  }

  @Test
  void what_others_did_to_the_number_does_not_turn_the_limit_round() {
    assertThat(apply(3, 5, step(5, 10, 40))).isEqualTo(4);
    assertThat(apply(50, 60, step(5, 2, 100))).isEqualTo(50);
  }

  @Test
  void a_decision_of_the_future_counts() {
    assertThat(apply(20, 100, step(-100, 10, 20))).isEqualTo(20);
  }

  @Test
  void huge_numbers_do_not_overflow() {
    assertThat(apply(Integer.MAX_VALUE, 1)).isEqualTo(Integer.MAX_VALUE - 214_748_364);
    assertThat(apply(Integer.MAX_VALUE - 1, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void impossible_steps_are_refused() {
    assertThatThrownBy(() -> new StepLimits.Step(0, 1, Duration.ofSeconds(1)))
        .hasMessage("step.replicas: 0 (expected: 1 to 10000)");
    assertThatThrownBy(() -> new StepLimits.Step(1, Double.NaN, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StepLimits.Step(1, 1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ScaleDecision step(long secondsAgo, int from, int to) {
    return new ScaleDecision(ago(secondsAgo), from, to, List.of(), 1, List.of());
  }

  @Test
  void what_brought_the_number_back_between_the_bounds_does_not_count() {
    Bounds bounds = new Bounds(2, 20);
    assertThat(apply(bounds, 2, 100, step(1, 0, 2))).isEqualTo(6);
    assertThat(apply(bounds, 20, 5, step(1, 30, 20))).isEqualTo(18);
    assertThat(apply(bounds, 6, 100, step(1, 2, 6))).isEqualTo(6);
    assertThat(apply(bounds, 18, 5, step(1, 20, 18))).isEqualTo(18);
  }

  private int apply(int present, int number, ScaleDecision... earlier) {
    return apply(new Bounds(1, 10_000), present, number, earlier);
  }

  private int apply(Bounds bounds, int present, int number, ScaleDecision... earlier) {
    Replicas replicas = new Replicas(present, List.of());
    Situation situation = new Situation(NOW, replicas, List.of(), List.of(), List.of(earlier), 1);
    return StepLimits.defaults().apply(number, situation, bounds, reasons);
  }
}
