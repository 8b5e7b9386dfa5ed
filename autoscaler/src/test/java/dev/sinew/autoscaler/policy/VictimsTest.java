// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import static dev.sinew.autoscaler.Fleets.FRESH;
import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.ago;
import static dev.sinew.autoscaler.Fleets.replica;
import static dev.sinew.autoscaler.Fleets.signal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Readings;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replica.State;
import dev.sinew.autoscaler.target.Replicas;
import java.util.List;
import org.junit.jupiter.api.Test;

class VictimsTest {
  private static final List<Replica> FLEET = List.of(
      replica("busy", State.READY, ago(10)),
      replica("old", State.READY, ago(100)),
      replica("young", State.READY, ago(50)),
      replica("silent", State.READY, ago(1)),
      replica("leaving", State.DRAINING, ago(1)),
      replica("coming", State.STARTING, ago(5)),
      replica("newest", State.STARTING, ago(2)));

  private static final List<Signal> CALLS = List.of(
      signal(Metric.IN_FLIGHT, "busy", 9),
      signal(Metric.IN_FLIGHT, "old", 1),
      signal(Metric.IN_FLIGHT, "young", 1));

  @Test
  void those_that_do_not_serve_go_first_then_the_idle_then_the_young_and_the_silent_last() {
    assertThat(of(6, 0)).containsExactly("newest", "coming", "young", "old", "busy", "silent");
  }

  @Test
  void as_many_as_shall_leave() {
    assertThat(of(6, 3)).containsExactly("newest", "coming", "young");
    assertThat(of(6, 6)).isEmpty();
    assertThat(of(6, 8)).isEmpty();
  }

  @Test
  void surplus_replicas_leave_too() {
    assertThat(of(4, 3)).containsExactly("newest", "coming", "young");
  }

  @Test
  void equals_leave_in_the_targets_order() {
    Replicas twins =
        new Replicas(2, List.of(replica("b", State.READY, NOW), replica("a", State.READY, NOW)));
    Readings nothing = Readings.of(List.of(), twins, NOW, FRESH);
    assertThat(Victims.of(2, 1, twins, nothing)).containsExactly("b");
  }

  private static List<String> of(int from, int to) {
    Replicas replicas = new Replicas(from, FLEET);
    return Victims.of(from, to, replicas, Readings.of(CALLS, replicas, NOW, FRESH));
  }
}
