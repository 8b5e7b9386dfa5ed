// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import static dev.sinew.autoscaler.Fleets.FRESH;
import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.fleet;
import static dev.sinew.autoscaler.Fleets.ready;
import static dev.sinew.autoscaler.Fleets.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replicas;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The cases named after HPA restate the arithmetic of Kubernetes' {@code
 * replica_calculator_test.go}.
 */
class TargetTrackingTest {
  @Test
  void hpa_scale_up() {
    assertThat(cpu(0.3, ready(3), 0.3, 0.5, 0.7).replicas()).isEqualTo(5);
  }

  @Test
  void hpa_scale_down() {
    assertThat(cpu(0.5, ready(5), 0.1, 0.3, 0.5, 0.25, 0.25).replicas()).isEqualTo(3);
  }

  @Test
  void hpa_within_tolerance_nothing_changes() {
    assertThat(cpu(1, ready(3), 1.01, 1.03, 1.02).replicas()).isEqualTo(3);
    assertThat(cpu(1, ready(3), 0.95, 0.93, 0.92).replicas()).isEqualTo(3);
  }

  @Test
  void hpa_unready_replicas_lessen_a_scale_up() {
    assertThat(cpu(0.3, fleet(3, 2, 1), 0.5, 0.7).replicas()).isEqualTo(4);
  }

  @Test
  void hpa_missing_no_change_when_the_assumption_meets_the_target() {
    assertThat(cpu(1, ready(2), 1.0).replicas()).isEqualTo(2);
  }

  @Test
  void hpa_missing_counts_as_idle_when_scaling_up() {
    assertThat(cpu(0.5, ready(3), 1.0, 1.0).replicas()).isEqualTo(4);
  }

  @Test
  void hpa_missing_prevents_a_scale_up_that_would_flip() {
    assertThat(cpu(0.5, ready(4), 0.7, 0.7).replicas()).isEqualTo(4);
  }

  @Test
  void hpa_missing_counts_as_at_target_when_scaling_down() {
    Demand demand = cpu(1, ready(4), 0.1, 0.1, 0.1);
    assertThat(demand.replicas()).isEqualTo(2);
    assertThat(demand.missing()).containsExactly("r3");
    assertThat(demand.certain()).isFalse();
  }

  @Test
  void hpa_without_metrics_there_is_no_proposal() {
    assertThat(cpu(1, ready(4)).known()).isFalse();
    assertThat(cpu(1, fleet(4, 0, 4)).known()).isFalse();
  }

  @Test
  void full_replicas_do_not_ask_for_more_while_others_start() {
    assertThat(cpu(0.7, fleet(5, 3, 2), 1, 1, 1).replicas()).isEqualTo(5);
  }

  @Test
  void it_never_asks_for_less_while_others_start() {
    Demand demand = cpu(0.7, fleet(8, 3, 5), 1, 1, 1);
    assertThat(demand.replicas()).isEqualTo(8);
    assertThat(demand.because()).endsWith(", but 5 replicas of 8 still to come");
    assertThat(cpu(0.7, fleet(8, 3, 0), 0.1, 0.1, 0.1).replicas()).isEqualTo(8);
  }

  @Test
  void it_asks_for_more_if_even_those_to_come_will_not_do() {
    assertThat(cpu(0.5, fleet(5, 4, 1), 1, 1, 1, 1).replicas()).isEqualTo(8);
  }

  @Test
  void shares_are_explained_in_percent() {
    assertThat(cpu(0.7, ready(4), 0.9, 0.8, 0.8, 0.9).because())
        .isEqualTo("cpu of 340 % in sum over 4 replicas needs 4.9 replicas at 70 % each");
  }

  @Test
  void calls_in_flight_are_explained_as_counts() {
    Demand demand = demand(Target.inFlight(10), ready(2), told(Metric.IN_FLIGHT, 30, 18));
    assertThat(demand.replicas()).isEqualTo(5);
    assertThat(demand.because()).isEqualTo("48 calls in flight need 4.8 replicas at 10 each");
  }

  @Test
  void calls_in_flight_of_the_whole_service_stand_for_the_silent() {
    List<Signal> service = List.of(new Signal(Metric.IN_FLIGHT, null, 48, NOW, "haproxy"));
    Target target = Target.inFlight(10).from("haproxy");
    Demand demand = target.demand(ready(2), Readings.of(service, ready(2), NOW, FRESH));
    assertThat(demand.replicas()).isEqualTo(5);
    assertThat(demand.certain()).isTrue();
    assertThat(demand.because())
        .isEqualTo("48 calls in flight by haproxy need 4.8 replicas at 10 each");
  }

  @Test
  void a_share_of_the_whole_service_is_no_load() {
    List<Signal> service = List.of(new Signal(Metric.CPU, null, 0.9, NOW));
    assertThat(demand(Target.cpu(0.5), ready(2), service).known()).isFalse();
  }

  private static Demand cpu(double target, Replicas replicas, double... shares) {
    return demand(Target.cpu(target), replicas, told(Metric.CPU, shares));
  }

  private static Demand demand(Target target, Replicas replicas, List<Signal> signals) {
    return TargetTracking.demand(target, replicas, Readings.of(signals, replicas, NOW, FRESH));
  }
}
