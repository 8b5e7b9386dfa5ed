// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Demand;
import dev.sinew.autoscaler.target.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HighestDemandTest {
  private final List<Reason> reasons = new ArrayList<>();

  @Test
  void the_highest_counts() {
    assertThat(apply(3, known("cpu", 4, 4), known("memory", 6, 6))).isEqualTo(6);
    assertThat(reasons).containsExactly(new Reason("memory", 3, 6, "because"));
  }

  @Test
  void scales_in_when_all_is_known() {
    assertThat(apply(9, known("cpu", 4, 4), known("memory", 6, 6))).isEqualTo(6);
  }

  @Test
  void says_nothing_when_the_number_is_right() {
    assertThat(apply(4, known("cpu", 3.5, 4))).isEqualTo(4);
    assertThat(reasons).isEmpty();
  }

  @Test
  void says_when_the_tolerance_held_a_change() {
    assertThat(apply(4, known("cpu", 4.2, 4))).isEqualTo(4);
    assertThat(reasons).containsExactly(new Reason("cpu", 4, 4, "because"));
  }

  @Test
  void a_silent_replica_forbids_scale_in() {
    assertThat(apply(9, partly("cpu", 6, "r0", "r1", "r2", "r3", "r4"))).isEqualTo(9);
    assertThat(reasons)
        .containsExactly(
            new Reason("cpu", 9, 6, "because"),
            new Reason(
                "unknown", 6, 9, "cpu is unknown of r0, r1, r2 and 2 more, so none may leave"));
  }

  @Test
  void an_unknown_metric_forbids_scale_in_by_another() {
    assertThat(apply(9, known("memory", 6, 6), unknown("cpu", 9, "r0"))).isEqualTo(9);
    assertThat(reasons).extracting(Reason::rule).containsExactly("memory", "unknown");
  }

  @Test
  void an_unknown_metric_does_not_forbid_scale_out_by_another() {
    assertThat(apply(9, known("memory", 12, 12), unknown("cpu", 9, "r0"))).isEqualTo(12);
    assertThat(reasons).extracting(Reason::rule).containsExactly("memory");
  }

  @Test
  void without_any_signal_it_stays_and_says_so() {
    assertThat(apply(9, unknown("cpu", 9, "r0"), unknown("memory", 9))).isEqualTo(9);
    assertThat(reasons)
        .containsExactly(new Reason(
            "unknown",
            9,
            9,
            "cpu is unknown of r0; memory is unknown because no replica is ready, so none may"
                + " leave"));
  }

  private int apply(int present, Demand... demands) {
    return HighestDemand.apply(present, List.of(demands), reasons);
  }

  private static Demand known(String rule, double needed, int replicas) {
    return new Demand(rule, rule, needed, replicas, true, List.of(), "because");
  }

  private static Demand partly(String rule, int replicas, String... missing) {
    return new Demand(rule, rule, replicas, replicas, true, List.of(missing), "because");
  }

  private static Demand unknown(String rule, int present, String... missing) {
    return new Demand(rule, rule, present, present, false, List.of(missing), "because");
  }
}
