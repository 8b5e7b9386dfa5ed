// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "3s, PT3S",
    "250ms, PT0.25S",
    "1m30s, PT1M30S",
    "1.5h, PT1H30M",
    "-2s, PT-2S",
    "+7us, PT0.000007S",
    ".5s, PT0.5S",
    "3000ms, PT3S"
  })
  void a_duration_of_go_is_read(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-", "5x", "5s ", " 5s", "5s5", "1e3s", "9999999999999h"})
  void anything_else_is_an_error_in_the_words_of_go(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("time: invalid duration \"" + text + '"');
  }
}
