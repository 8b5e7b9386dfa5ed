// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.load.LoadReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceLoadTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Replicas TWO = new Replicas(
      2,
      List.of(
          new Replica("a", Replica.State.READY, NOW, NOW),
          new Replica("b", Replica.State.READY, NOW, NOW)));

  @Test
  void what_nobody_tells_is_unknown() {
    ServiceLoad load = ServiceLoad.of(TWO, Map.of(), List.of());
    assertThat(load.callsPerSecond()).isNaN();
    assertThat(load.inFlight()).isNaN();
    assertThat(load.utilization()).isNaN();
    assertThat(load.reporting()).isZero();
  }

  @Test
  void others_speak_for_a_replica_that_is_silent() {
    ServiceLoad load = ServiceLoad.of(
        TWO,
        Map.of("a", report(100)),
        List.of(
            told("a", Metric.CALLS_PER_SECOND, 7, "haproxy"),
            told("b", Metric.CALLS_PER_SECOND, 30, "haproxy"),
            told("b", Metric.IN_FLIGHT, 4, "haproxy"),
            told("b", Metric.IN_FLIGHT, 5, "prometheus")));
    assertThat(load.callsPerSecond()).isEqualTo(130);
    assertThat(load.inFlight()).isEqualTo(5);
    assertThat(load.reporting()).isEqualTo(2);
  }

  @Test
  void what_is_told_of_strangers_does_not_count() {
    ServiceLoad load = ServiceLoad.of(
        TWO,
        Map.of("a", report(100)),
        List.of(told("backup", Metric.CALLS_PER_SECOND, 900, "haproxy")));
    assertThat(load.callsPerSecond()).isEqualTo(100);
  }

  @Test
  void a_word_of_the_whole_service_counts_if_no_replica_is_told_of() {
    Signal service = new Signal(Metric.CALLS_PER_SECOND, null, 480, NOW, "prometheus");
    assertThat(ServiceLoad.of(TWO, Map.of(), List.of(service)).callsPerSecond()).isEqualTo(480);
    assertThat(ServiceLoad.of(TWO, Map.of("a", report(100)), List.of(service)).callsPerSecond())
        .isEqualTo(100);
  }

  private static Signal told(String replica, Metric metric, double value, String origin) {
    return new Signal(metric, replica, value, NOW, origin);
  }

  private static LoadReport report(double callsPerSecond) {
    return new LoadReport(
        Double.NaN, Double.NaN, Double.NaN, callsPerSecond, Double.NaN, -1, -1, -1, -1, false);
  }
}
