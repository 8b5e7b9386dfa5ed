// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.signal;

import static dev.sinew.autoscaler.Fleets.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
  @Test
  void zero_is_a_value() {
    assertThat(signal(Metric.CPU, "r0", 0).value()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.1})
  void what_is_unknown_is_no_signal(double value) {
    assertThatThrownBy(() -> signal(Metric.CPU, "r0", value))
        .hasMessage("signal.CPU: " + value + " (expected: finite, 0 or more)");
  }
}
