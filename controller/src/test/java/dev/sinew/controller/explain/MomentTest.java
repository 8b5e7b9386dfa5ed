// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
  private static final Moment MOMENT =
      new Moment(Instant.parse("2026-11-22T14:00:00Z"), ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T09:03:20Z,2026-11-22T09:03:20Z",
    "2026-11-22T09:03:20.5+01:00,2026-11-22T08:03:20.5Z",
    "14:03,2026-11-22T13:03:00Z",
    "14:03:20,2026-11-22T13:03:20Z",
    "15:00,2026-11-22T14:00:00Z",
    "15:01,2026-11-21T14:01:00Z",
    "-15m,2026-11-22T13:45:00Z",
    "-90s,2026-11-22T13:58:30Z",
    "-2h,2026-11-22T12:00:00Z",
    "-3d,2026-11-19T14:00:00Z",
  })
  void times_are_read_as_people_write_them(String text, String expected) {
    assertThat(MOMENT.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "25:00", "14:3", "15m", "-15", "-9999999d", "yesterday", "14:03\u001b[2J"})
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> MOMENT.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: 2026-11-22T14:03:20Z, 14:03, 14:03:20 or -15m)")
        .hasMessageNotContaining("\u001b");
  }

  @Test
  void the_date_is_shown_if_it_is_not_today() {
    assertThat(MOMENT.show(MOMENT.parse("14:03"))).isEqualTo("14:03:00");
    assertThat(MOMENT.show(MOMENT.parse("15:01"))).isEqualTo("2026-11-21 15:01:00");
  }

  @Test
  void lengths_are_told_in_the_unit_that_fits() {
    assertThat(Moment.length(Duration.ofSeconds(119))).isEqualTo("119 s");
    assertThat(Moment.length(Duration.ofSeconds(121))).isEqualTo("2 min");
    assertThat(Moment.length(Duration.ofMinutes(185))).isEqualTo("3 h");
    assertThat(Moment.length(Duration.ofHours(50))).isEqualTo("2 days");
    assertThat(Moment.length(Duration.ofSeconds(-5))).isEqualTo("0 s");
  }
}
