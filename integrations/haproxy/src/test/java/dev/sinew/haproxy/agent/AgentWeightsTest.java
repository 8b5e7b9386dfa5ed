// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.load.LoadReport;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgentWeightsTest {
  private static LoadReport report(double utilization, double calls) {
    return report(utilization, calls, false);
  }

  private static LoadReport report(double utilization, double calls, boolean draining) {
    return new LoadReport(utilization, Double.NaN, Double.NaN, calls, 0, 1, 0, -1, -1, draining);
  }

  @Test
  void a_replica_that_is_fuller_by_the_same_calls_gets_less() {
    assertThat(AgentWeights.percent(
            Map.of("a", report(0.4, 100), "b", report(0.4, 100), "c", report(0.8, 100))))
        .containsOnly(Map.entry("a", 100), Map.entry("b", 100), Map.entry("c", 50));
  }

  @Test
  void with_calls_in_proportion_to_capacity_the_weights_stay() {
    assertThat(AgentWeights.percent(
            Map.of("a", report(0.5, 100), "b", report(0.5, 100), "c", report(0.5, 50))))
        .containsEntry("c", 50)
        .containsEntry("a", 100);
  }

  @Test
  void silence_gets_what_the_median_gets() {
    assertThat(AgentWeights.percent(
            Map.of("a", report(0.4, 100), "b", LoadReport.UNKNOWN, "c", report(0, 0))))
        .containsOnly(Map.entry("a", 100), Map.entry("b", 100), Map.entry("c", 100));
    assertThat(AgentWeights.percent(Map.of())).isEmpty();
  }

  @Test
  void a_replica_that_lies_gains_and_loses_little() {
    assertThat(AgentWeights.percent(Map.of(
            "a",
            report(0.5, 100),
            "b",
            report(0.5, 100),
            "c",
            report(1e-9, 1e9),
            "d",
            report(100, 1))))
        .containsEntry("c", 150)
        .containsEntry("d", 10);
  }

  @Test
  void a_replica_that_leaves_gets_nothing_as_long_as_another_stays() {
    assertThat(AgentWeights.percent(Map.of("a", report(0.5, 100), "b", report(0.5, 100, true))))
        .containsOnly(Map.entry("a", 100), Map.entry("b", 0));
    assertThat(
            AgentWeights.percent(Map.of("a", report(0.5, 100, true), "b", report(0.5, 100, true))))
        .containsOnly(Map.entry("a", 100), Map.entry("b", 100));
  }
}
