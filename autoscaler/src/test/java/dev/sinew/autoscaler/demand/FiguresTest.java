// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void numbers_have_one_decimal_at_most() {
    assertThat(Figures.number(4.307)).isEqualTo("4.3");
    assertThat(Figures.number(560)).isEqualTo("560");
    assertThat(Figures.number(0.04)).isEqualTo("0");
    assertThat(Figures.percent(0.7)).isEqualTo("70 %");
    assertThat(Figures.percent(0.125)).isEqualTo("12.5 %");
    assertThat(Figures.seconds(Duration.ofMillis(1500))).isEqualTo("1.5 s");
  }

  @Test
  void the_locale_of_the_machine_does_not_matter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Figures.number(4.3)).isEqualTo("4.3");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void one_replica_is_singular() {
    assertThat(Figures.replicas(1)).isEqualTo("1 replica");
    assertThat(Figures.replicas(0)).isEqualTo("0 replicas");
    assertThat(Figures.replicas(1.4)).isEqualTo("1.4 replicas");
  }

  @Test
  void at_most_three_names_are_told() {
    assertThat(Figures.names(List.of("a"))).isEqualTo("a");
    assertThat(Figures.names(List.of("a\nb"))).isEqualTo("a\\u000ab");
    assertThat(Figures.names(List.of("a", "b", "c"))).isEqualTo("a, b, c");
    assertThat(Figures.names(List.of("a", "b", "c", "d", "e"))).isEqualTo("a, b, c and 2 more");
  }
}
