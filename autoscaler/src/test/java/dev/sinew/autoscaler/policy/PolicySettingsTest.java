// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.demand.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PolicySettingsTest {
  private static final PolicySettings SETTINGS = PolicySettings.of(2, 20, Target.cpu(0.7));

  @Test
  void damps_by_default_as_documented() {
    assertThat(SETTINGS.stabilization().inWindow()).isEqualTo(Duration.ofMinutes(5));
    assertThat(SETTINGS.stabilization().outWindow()).isZero();
    assertThat(SETTINGS.steps().out()).isEqualTo(new StepLimits.Step(4, 1, Duration.ofSeconds(15)));
    assertThat(SETTINGS.steps().in()).isEqualTo(new StepLimits.Step(1, 0.1, Duration.ofMinutes(1)));
    assertThat(SETTINGS.freshness()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void each_part_can_be_replaced() {
    Stabilization none = new Stabilization(Duration.ZERO, Duration.ZERO);
    StepLimits.Step one = new StepLimits.Step(1, 0, Duration.ofSeconds(1));
    PolicySettings other = SETTINGS
        .withStabilization(none)
        .withSteps(new StepLimits(one, one))
        .withFreshness(Duration.ofSeconds(5));
    assertThat(other)
        .isEqualTo(new PolicySettings(
            SETTINGS.bounds(),
            SETTINGS.targets(),
            none,
            new StepLimits(one, one),
            Duration.ofSeconds(5)));
  }

  @Test
  void contradictions_are_refused() {
    assertThatThrownBy(() -> PolicySettings.of(2, 20))
        .hasMessage("policy.targets: [] (expected: 1 to 20, each of another metric or origin)");
    assertThatThrownBy(() -> PolicySettings.of(2, 20, Target.cpu(0.7), Target.cpu(0.8)))
        .hasMessageStartingWith("policy.targets: ");
    assertThatThrownBy(() -> SETTINGS.withFreshness(Duration.ofMillis(999)))
        .hasMessage("policy.freshness: PT0.999S (expected: PT1S to PT5M)");
  }
}
