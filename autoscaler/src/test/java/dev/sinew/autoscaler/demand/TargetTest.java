// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import static dev.sinew.autoscaler.Fleets.FRESH;
import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.each;
import static dev.sinew.autoscaler.Fleets.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.signal.Metric;
import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void each_target_has_its_rule() {
    assertThat(rule(Target.requestsPerReplica(130))).isEqualTo("requests-per-replica");
    assertThat(rule(Target.cpu(0.7))).isEqualTo("cpu");
    assertThat(rule(Target.memory(0.8))).isEqualTo("memory");
    assertThat(rule(Target.utilization(0.6))).isEqualTo("utilization");
    assertThat(rule(Target.inFlight(10))).isEqualTo("in-flight");
  }

  @Test
  void impossible_targets_are_refused() {
    assertThatThrownBy(() -> Target.cpu(70)).hasMessage("target.CPU: 70.0 (expected: 0.01 to 1)");
    assertThatThrownBy(() -> Target.cpu(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Target.requestsPerReplica(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Target(Metric.ERRORS_PER_SECOND, 1))
        .hasMessageStartingWith("target.metric: ERRORS_PER_SECOND");
  }

  private static String rule(Target target) {
    Readings readings = Readings.of(each(target.metric(), 2, 0.5), ready(2), NOW, FRESH);
    return target.demand(ready(2), readings).rule();
  }
}
