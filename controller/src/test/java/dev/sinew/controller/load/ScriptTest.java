// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.controller.load.Script.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScriptTest {
  private final Script script =
      new Script(List.of(new Phase("low", 10, 5), new Phase("high", 20, 50)));

  @Test
  void phases_follow_each_other() {
    assertThat(script.seconds()).isEqualTo(30);
    assertThat(script.rate(0)).isEqualTo(5);
    assertThat(script.rate(9.99)).isEqualTo(5);
    assertThat(script.rate(10)).isEqualTo(50);
    assertThat(script.rate(30)).isZero();
    assertThat(script.peak()).isEqualTo(50);
    assertThat(script.events())
        .containsExactly(new LoadShape.Event("low", 0), new LoadShape.Event("high", 10));
  }

  @Test
  void a_phase_needs_a_length_and_a_rate() {
    assertThatThrownBy(() -> new Phase("x", 0, 5))
        .hasMessage("phase.seconds: 0.0 (expected: above 0)");
    assertThatThrownBy(() -> new Phase("x", 1, Double.NaN)).hasMessageContaining("phase.rate: NaN");
    assertThatThrownBy(() -> new Script(List.of())).hasMessageContaining("script.seconds");
  }
}
