// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import static dev.sinew.autoscaler.Fleets.FRESH;
import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.ago;
import static dev.sinew.autoscaler.Fleets.fleet;
import static dev.sinew.autoscaler.Fleets.ready;
import static dev.sinew.autoscaler.Fleets.replica;
import static dev.sinew.autoscaler.Fleets.signal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  @Test
  void sums_what_the_ready_replicas_tell() {
    Readings readings =
        read(ready(3), signal(Metric.CPU, "r0", 0.5), signal(Metric.CPU, "r2", 0.25));
    assertThat(readings.sum(Metric.CPU)).isEqualTo(0.75);
    assertThat(readings.told(Metric.CPU)).isEqualTo(2);
    assertThat(readings.missing(Metric.CPU)).containsExactly("r1");
    assertThat(readings.of(Metric.CPU, "r0")).isEqualTo(0.5);
    assertThat(readings.of(Metric.CPU, "r1")).isNull();
    assertThat(readings.missing(Metric.MEMORY)).containsExactly("r0", "r1", "r2");
  }

  @Test
  void the_newest_of_two_counts_in_whatever_order_they_come() {
    Signal old = new Signal(Metric.CPU, "r0", 0.9, ago(5));
    Signal young = new Signal(Metric.CPU, "r0", 0.1, ago(4));
    assertThat(read(ready(1), old, young).sum(Metric.CPU)).isEqualTo(0.1);
    assertThat(read(ready(1), young, old).sum(Metric.CPU)).isEqualTo(0.1);
  }

  @Test
  void the_higher_of_two_with_the_same_time_counts() {
    Signal high = signal(Metric.CPU, "r0", 0.9);
    Signal low = signal(Metric.CPU, "r0", 0.1);
    assertThat(read(ready(1), high, low).sum(Metric.CPU)).isEqualTo(0.9);
    assertThat(read(ready(1), low, high).sum(Metric.CPU)).isEqualTo(0.9);
  }

  @Test
  void stale_and_future_signals_are_unknown() {
    assertThat(told(ago(15))).isEqualTo(1);
    assertThat(told(ago(16))).isZero();
    assertThat(told(NOW.plusMillis(1))).isZero();
    assertThat(told(Instant.MIN)).isZero();
    assertThat(told(Instant.MAX)).isZero();
  }

  @Test
  void absurd_values_are_unknown() {
    assertThat(read(ready(1), signal(Metric.CPU, "r0", 101)).told(Metric.CPU)).isZero();
    assertThat(read(ready(1), signal(Metric.CALLS_PER_SECOND, "r0", 1e308))
            .told(Metric.CALLS_PER_SECOND))
        .isZero();
  }

  @Test
  void starting_draining_and_strange_replicas_do_not_count() {
    Replicas replicas = new Replicas(
        2,
        List.of(
            replica("a", Replica.State.READY, NOW),
            replica("b", Replica.State.STARTING, NOW),
            replica("c", Replica.State.DRAINING, NOW)));
    Readings readings = read(
        replicas,
        signal(Metric.IN_FLIGHT, "a", 1),
        signal(Metric.IN_FLIGHT, "b", 10),
        signal(Metric.IN_FLIGHT, "c", 100),
        signal(Metric.IN_FLIGHT, "d", 1000));
    assertThat(readings.sum(Metric.IN_FLIGHT)).isEqualTo(1);
    assertThat(readings.missing(Metric.IN_FLIGHT)).isEmpty();
    assertThat(readings.ready()).isEqualTo(1);
  }

  @Test
  void the_whole_service_is_apart() {
    Readings readings = read(fleet(1, 1, 0), new Signal(Metric.CALLS_PER_SECOND, null, 70, NOW));
    assertThat(readings.ofService(Metric.CALLS_PER_SECOND)).isEqualTo(70);
    assertThat(readings.ofService(Metric.CPU)).isNull();
    assertThat(readings.told(Metric.CALLS_PER_SECOND)).isZero();
  }

  @Test
  void what_others_tell_is_apart() {
    Readings readings = read(
        ready(2),
        signal(Metric.CPU, "r0", 0.5),
        new Signal(Metric.CPU, "r0", 0.9, NOW, "prometheus"),
        new Signal(Metric.CPU, "r1", 0.7, NOW, "prometheus"));
    assertThat(readings.sum(Metric.CPU)).isEqualTo(0.5);
    assertThat(readings.missing(Metric.CPU)).containsExactly("r1");
    assertThat(readings.from("prometheus").sum(Metric.CPU)).isEqualTo(1.6);
    assertThat(readings.from("haproxy").missing(Metric.CPU)).containsExactly("r0", "r1");
  }

  @Test
  void the_most_that_anybody_tells_of_a_replica() {
    Readings readings = read(
        ready(3),
        signal(Metric.IN_FLIGHT, "r0", 4),
        new Signal(Metric.IN_FLIGHT, "r0", 9, NOW, "haproxy"),
        new Signal(Metric.IN_FLIGHT, "r1", 2, NOW, "haproxy"),
        new Signal(Metric.IN_FLIGHT, "r1", 1, NOW, "prometheus"));
    assertThat(readings.most(Metric.IN_FLIGHT, "r0")).isEqualTo(9);
    assertThat(readings.most(Metric.IN_FLIGHT, "r1")).isEqualTo(2);
    assertThat(readings.most(Metric.IN_FLIGHT, "r2")).isNull();
  }

  private static int told(Instant at) {
    return read(ready(1), new Signal(Metric.CPU, "r0", 0.5, at)).told(Metric.CPU);
  }

  private static Readings read(Replicas replicas, Signal... signals) {
    return Readings.of(List.of(signals), replicas, NOW, FRESH);
  }
}
