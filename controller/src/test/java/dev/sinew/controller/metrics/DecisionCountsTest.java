// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.api.FakeFleet;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DecisionCountsTest {
  private final List<DecisionView> log = new ArrayList<>();
  private final FakeFleet fake = FakeFleet.of(1);
  private final DecisionCounts counts = new DecisionCounts();

  @Test
  void each_change_counts_once_by_its_direction() {
    decided(1, 2, 4);
    decided(2, 4, 4);
    decided(3, 4, 3);
    counts.look(new Logged());
    counts.look(new Logged());
    assertThat(counts.out("orders")).isEqualTo(1);
    assertThat(counts.in("orders")).isEqualTo(1);
    decided(4, 3, 5);
    decided(5, 5, 6);
    counts.look(new Logged());
    assertThat(counts.out("orders")).isEqualTo(3);
    assertThat(counts.in("orders")).isEqualTo(1);
  }

  @Test
  void what_earlier_runs_decided_does_not_count() {
    decided(-60, 2, 4);
    decided(0, 4, 5);
    counts.look(new Logged());
    assertThat(counts.out("orders")).isZero();
  }

  @Test
  void a_service_that_left_the_file_is_forgotten() {
    decided(1, 2, 4);
    counts.look(new Logged());
    counts.look(FakeFleet.of(0));
    assertThat(counts.out("orders")).isZero();
  }

  private void decided(int second, int from, int to) {
    log.add(new DecisionView(FakeFleet.STARTED.plusSeconds(second), from, to, to, from, List.of()));
  }

  /** The made-up fleet with the decisions of the test. */
  private final class Logged implements FleetView {
    @Override
    public List<ServiceView> services() {
      return fake.services();
    }

    @Override
    public ControllerView controller() {
      return fake.controller();
    }

    @Override
    public List<SourceStatus> sources() {
      return List.of();
    }

    @Override
    public Map<String, Long> logFailures() {
      return Map.of();
    }

    @Override
    public List<DecisionView> decisions(String service, int last) {
      return log.subList(Math.max(0, log.size() - last), log.size());
    }

    @Override
    public boolean pause(@Nullable String service, Hold hold) {
      return false;
    }

    @Override
    public boolean resume(@Nullable String service, String by, String why) {
      return false;
    }
  }
}
