// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.ago;
import static dev.sinew.autoscaler.Fleets.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.target.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StabilizationTest {
  private final List<Reason> reasons = new ArrayList<>();

  @Test
  void scales_in_to_the_most_that_was_needed_within_the_window() {
    assertThat(apply(Stabilization.defaults(), 10, 3, at(300, 7), at(120, 6), at(10, 4)))
        .isEqualTo(7);
    assertThat(reasons)
        .containsExactly(new Reason(
            "stabilization",
            3,
            7,
            "7 replicas were needed 300 s ago; a change must be wanted for 300 s"));
  }

  @Test
  void what_was_needed_before_the_window_does_not_count() {
    assertThat(apply(Stabilization.defaults(), 10, 3, at(301, 10), at(10, 3))).isEqualTo(3);
    assertThat(reasons).isEmpty();
  }

  @Test
  void a_past_peak_holds_the_number_but_does_not_raise_it() {
    assertThat(apply(Stabilization.defaults(), 10, 3, at(100, 40))).isEqualTo(10);
    assertThat(apply(Stabilization.defaults(), 10, 10, at(100, 40))).isEqualTo(10);
  }

  @Test
  void scales_out_at_once_by_default() {
    assertThat(apply(Stabilization.defaults(), 10, 12, at(1, 3), at(0, 3), at(-9, 3)))
        .isEqualTo(12);
    assertThat(reasons).isEmpty();
  }

  @Test
  void scales_out_to_the_least_that_was_needed_within_the_window() {
    Stabilization slow = new Stabilization(Duration.ofSeconds(30), Duration.ZERO);
    assertThat(apply(slow, 10, 20, at(30, 10), at(29, 15), at(5, 18))).isEqualTo(15);
    assertThat(apply(slow, 10, 20, at(5, 4))).isEqualTo(10);
    assertThat(apply(slow, 10, 4, at(5, 10))).isEqualTo(4);
  }

  @Test
  void a_clock_set_back_never_hurries() {
    assertThat(apply(Stabilization.defaults(), 10, 3, at(-3600, 9))).isEqualTo(9);
    assertThat(apply(
            Stabilization.defaults(), 10, 3, new Proposal(Instant.MAX, 9), new Proposal(NOW, 3)))
        .isEqualTo(9);
  }

  @Test
  void windows_beyond_an_hour_are_refused() {
    assertThatThrownBy(() -> new Stabilization(Duration.ZERO, Duration.ofMinutes(61)))
        .hasMessage("stabilization.inWindow: PT1H1M (expected: PT0S to PT1H)");
    assertThatThrownBy(() -> new Stabilization(Duration.ofSeconds(-1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Proposal at(long secondsAgo, int replicas) {
    return new Proposal(ago(secondsAgo), replicas);
  }

  private int apply(Stabilization rule, int present, int proposed, Proposal... recent) {
    Situation situation =
        new Situation(NOW, ready(present), List.of(), List.of(recent), List.of(), 1);
    return rule.apply(proposed, situation, reasons);
  }
}
