// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms,250000000",
    "15s,15000000000",
    "0s,0",
    "5m,300000000000",
    "1h,3600000000000",
    "1m30s,90000000000",
    "1.5s,1500000000",
    "999999999999999999h,9223372036854775807"
  })
  void a_duration_has_a_unit(String text, long nanos) {
    assertThat(Units.nanos(text)).hasValue(nanos);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "5", "0", "-5s", "+5s", "5 s", "5S", "1d", "5s5", "s", "1e3s", ".5s", "5.s", "5us",
        "PT5S", "NaNs", "1,5s", "٥s"
      })
  void what_is_no_duration_is_none(String text) {
    assertThat(Units.nanos(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"70%,0.7", "0.7,0.7", "70 %,0.7", "100%,1", "0.5%,0.005", "7%,0.07", "1000%,10"})
  void a_share_is_a_percentage_or_a_fraction(String text, double share) {
    assertThat(Units.share(text)).hasValue(share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "-1%", "1e2%", ".nan", "NaN", "Infinity", "0x1p3", "1f", "1d"})
  void what_java_takes_for_a_number_is_not_always_one(String text) {
    assertThat(Units.share(text)).isEmpty();
    assertThat(Units.number(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"200/s,200", "200 / s,200", "12000/m,200", "3600/h,1", "0.5/s,0.5"})
  void a_rate_is_per_second_minute_or_hour(String text, double rate) {
    assertThat(Units.perSecond(text)).hasValue(rate);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200", "/s", "200/d", "200s", "-1/s", "1e3/s", "200/s/s"})
  void what_is_no_rate_is_none(String text) {
    assertThat(Units.perSecond(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1B,1",
    "64KiB,65536",
    "8MiB,8388608",
    "1.5GiB,1610612736",
    "8 MiB,8388608",
    "99999999999GiB,9223372036854775807"
  })
  void a_size_is_binary(String text, long bytes) {
    assertThat(Units.bytes(text)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "8MB", "8M", "8mib", "-8MiB", "0x8MiB"})
  void what_is_no_size_is_none(String text) {
    assertThat(Units.bytes(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "1ms", "1500ms", "1s", "59s", "1m", "1m30s", "1h", "1h30m", "2h1s"})
  void a_duration_is_shown_as_it_is_read(String text) {
    Duration duration = Duration.ofNanos(Units.nanos(text).orElseThrow());

    assertThat(Units.text(duration)).isEqualTo(text);
  }

  @Test
  void a_size_is_shown_in_its_largest_unit() {
    assertThat(Units.text(1L << 30)).isEqualTo("1GiB");
    assertThat(Units.text(8L << 20)).isEqualTo("8MiB");
    assertThat(Units.text(64L << 10)).isEqualTo("64KiB");
  }
}
