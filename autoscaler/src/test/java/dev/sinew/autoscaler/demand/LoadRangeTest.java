// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadRangeTest {
  @Test
  void asks_for_the_load_over_the_target_rounded_up() {
    assertThat(known(560, 130).replicas(3)).isEqualTo(5);
    assertThat(known(390, 130).replicas(10)).isEqualTo(3);
    assertThat(known(0, 130).replicas(10)).isZero();
  }

  @Test
  void ten_percent_is_tolerated_to_both_sides() {
    assertThat(known(11, 1).replicas(10)).isEqualTo(10);
    assertThat(known(11.01, 1).replicas(10)).isEqualTo(12);
    assertThat(known(9, 1).replicas(10)).isEqualTo(10);
    assertThat(known(8.99, 1).replicas(10)).isEqualTo(9);
  }

  @Test
  void sums_of_tenths_do_not_round_up_by_error() {
    double seven = 0;
    for (int i = 0; i < 7; i++) {
      seven += 0.7;
    }
    assertThat(known(seven, 0.7).replicas(3)).isEqualTo(7);
  }

  @Test
  void the_silent_count_as_idle_for_scale_out() {
    assertThat(range(12, 2).replicas(10)).isEqualTo(12);
    assertThat(range(10.5, 2).replicas(10)).isEqualTo(10);
    assertThat(range(12, 2).remark(10)).isEqualTo(", with s0, s1 counted as idle");
  }

  @Test
  void the_silent_count_as_at_target_for_scale_in() {
    assertThat(range(4, 2).replicas(10)).isEqualTo(6);
    assertThat(range(7, 2).replicas(10)).isEqualTo(10);
    assertThat(range(4, 2).remark(10)).isEqualTo(", with s0, s1 counted as at target");
  }

  @Test
  void says_when_a_change_is_too_small() {
    assertThat(known(10.5, 1).remark(10)).isEqualTo(", too close to 10 for a change");
    assertThat(known(9.5, 1).remark(10)).isEmpty();
  }

  @Test
  void absurd_loads_stay_within_an_int() {
    assertThat(known(1e300, 0.001).replicas(10)).isEqualTo(1_000_000);
  }

  private static LoadRange known(double load, double target) {
    return new LoadRange(load, target, List.of());
  }

  private static LoadRange range(double load, int silent) {
    return new LoadRange(load, 1, List.of("s0", "s1").subList(0, silent));
  }
}
