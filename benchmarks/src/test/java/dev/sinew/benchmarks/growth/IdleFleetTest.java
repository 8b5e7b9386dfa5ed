// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IdleFleetTest {
  @Test
  void a_decision_is_counted_and_moves_nothing_but_the_number() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    IdleFleet fleet = new IdleFleet(ControllerProbe.endpoints(3, 7001), now);
    assertThat(fleet.replicas().desired()).isEqualTo(3);
    fleet.apply(new ScaleDecision(now, 3, 5, List.of(), 1, List.of()));
    assertThat(fleet.replicas().desired()).isEqualTo(5);
    assertThat(fleet.replicas().ready()).isEqualTo(3);
    assertThat(fleet.applied()).isEqualTo(1);
  }
}
