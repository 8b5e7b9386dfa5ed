// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '~',
      value = {
        "up→up",
        "sum(rate(x[30s]))→x",
        "sum by (replica, job) (rate(x_total{code=~\"5..\"}[1m]))→x_total{code=~\"5..\"}",
        "sum(x) by(replica)→x",
        "a / on(replica) group_left (job) b→a;b",
        "a:b:c{x='}'} + a:b:c{x='}'}→a:b:c{x='}'}",
        "{__name__=~\"a|b\"}→{__name__=~\"a|b\"}",
        "x {a=\"b\"} [5m] * 2e-3→x{a=\"b\"}",
        "1e5 * x > bool 0x1F or 0 * .5 * vector(1) * x1→x;x1",
        "max_over_time(x[5m:1s]) and y unless z→x;y;z",
        "topk(3, x) # and y→x",
        "label_replace(x, \"replica\", \"$1\", \"pod\", \"(.*)\")→x",
        "histogram_quantile(0.9, sum by (le) (rate(h_bucket{a=`\\`}[5m])))→h_bucket{a=`\\`}",
        "count_values without (a) (\"b\", x) ^ -inf→x",
      })
  void series_are_found_by_the_words_around_them(String promql, String found) {
    assertThat(Selectors.of(promql)).containsExactly(found.split(";"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "vector(1)", "time()", "\"x\"", "sum()"})
  void an_expression_without_series_has_no_age(String promql) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Selectors.of(promql))
        .withMessageStartingWith("query: ")
        .withMessageContaining("1 to 16 series");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x offset 1h", "rate(x[5m] OFFSET 1h)", "x @ 1609746000", "x @ start()", "x[5m] @1"
      })
  void the_past_is_no_signal(String promql) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Selectors.of(promql))
        .withMessageContaining("PromQL of the present");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x{", "x{a=\"b}", "x \"", "x[5m", "x ; y", "x\\", "$x"})
  void what_is_no_promql_by_its_words_is_refused(String promql) {
    assertThatIllegalArgumentException().isThrownBy(() -> Selectors.of(promql));
  }

  @Test
  void times_are_those_of_the_oldest_sample_for_each_replica() {
    assertThat(Selectors.times("sum by (replica) (rate(x[1m]))"))
        .isEqualTo("min by (replica) (timestamp(x))");
    assertThat(Selectors.times("x{a=\"1\"} / x{a=\"2\"}"))
        .isEqualTo(
            "min by (replica) (label_replace(timestamp(x{a=\"1\"}), \"selector\", \"0\", \"\","
                + " \"\") or label_replace(timestamp(x{a=\"2\"}), \"selector\", \"1\", \"\", \"\"))");
  }

  @Test
  void the_longest_expressions_of_any_characters_end_in_time_and_without_overflow() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder("x{a=\"");
      String characters = "\\\"'`{}[]()ab=~,. \n@#";
      int few = 1 + random.nextInt(characters.length());
      while (text.length() < 4096) {
        text.append(characters.charAt(random.nextInt(few)));
      }
      try {
        assertThat(Selectors.of(text.toString())).isNotEmpty();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("query: ");
      }
    }
  }
}
