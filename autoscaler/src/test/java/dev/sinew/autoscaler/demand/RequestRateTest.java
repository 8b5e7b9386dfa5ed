// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import static dev.sinew.autoscaler.Fleets.FRESH;
import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.each;
import static dev.sinew.autoscaler.Fleets.fleet;
import static dev.sinew.autoscaler.Fleets.ready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replicas;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestRateTest {
  @Test
  void asks_for_the_whole_rate_over_what_one_replica_bears() {
    Demand demand = demand(ready(2), rates(2, 280));
    assertThat(demand.replicas()).isEqualTo(5);
    assertThat(demand.because()).isEqualTo("560 calls/s need 4.3 replicas at 130 calls/s each");
    assertThat(demand.certain()).isTrue();
  }

  @Test
  void replicas_on_their_way_do_not_make_it_ask_for_more() {
    assertThat(demand(fleet(5, 2, 3), rates(2, 280)).replicas()).isEqualTo(5);
  }

  @Test
  void falling_load_asks_for_less_even_while_replicas_start() {
    assertThat(demand(fleet(5, 4, 1), rates(4, 10)).replicas()).isEqualTo(1);
  }

  @Test
  void a_rate_of_the_whole_service_stands_for_the_silent() {
    Demand demand = demand(ready(3), List.of(service(780)));
    assertThat(demand.replicas()).isEqualTo(6);
    assertThat(demand.certain()).isTrue();
  }

  @Test
  void the_higher_of_both_counts() {
    List<Signal> both = new ArrayList<>(rates(3, 130));
    both.add(service(780));
    assertThat(demand(ready(3), both).replicas()).isEqualTo(6);
    both.set(3, service(5));
    assertThat(demand(ready(3), both).replicas()).isEqualTo(3);
  }

  @Test
  void without_any_signal_it_is_unknown() {
    Demand demand = demand(ready(3), List.of());
    assertThat(demand.known()).isFalse();
    assertThat(demand.replicas()).isEqualTo(3);
    assertThat(demand.missing()).containsExactly("r0", "r1", "r2");
  }

  private static Signal service(double rate) {
    return new Signal(Metric.CALLS_PER_SECOND, null, rate, NOW);
  }

  private static List<Signal> rates(int replicas, double each) {
    return each(Metric.CALLS_PER_SECOND, replicas, each);
  }

  private static Demand demand(Replicas replicas, List<Signal> signals) {
    return RequestRate.demand(
        Target.requestsPerReplica(130), replicas, Readings.of(signals, replicas, NOW, FRESH));
  }
}
