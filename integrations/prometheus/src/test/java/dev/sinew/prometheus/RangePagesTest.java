// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.UnusableAnswerException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangePagesTest {
  private static final Instant FROM = Instant.ofEpochSecond(1000);
  private static final String GOOD =
      matrix("{'metric':{'a':'b'},'values':[[1000,'1'],[1000.5,'-2'],[1001.5,'NaN'],[1002,'4']]}");

  private final RangePages pages = new RangePages(FROM, Duration.ofMillis(500), 8, 16);

  private static String matrix(String series) {
    return "{'status':'success','data':{'resultType':'matrix','result':[" + series + "]}}";
  }

  @Test
  void pages_are_one_series_and_gaps_stay_gaps() throws Exception {
    pages.add(InstantAnswerTest.bytes(GOOD), 0, 5);
    pages.add(
        InstantAnswerTest.bytes(
            matrix("{'metric':{'a':'b'},'values':[[1003,'6'],[1003.5,'+Inf']]}")),
        5,
        8);
    Series series = pages.series().get(0);
    assertThat(pages.series()).hasSize(1);
    assertThat(series.values())
        .containsExactly(1, -2, Double.NaN, Double.NaN, 4, Double.NaN, 6, Double.NaN);
    assertThat(series.labels()).isEqualTo(Map.of("a", "b"));
    assertThat(series.known()).isEqualTo(4);
    assertThat(series.at(6)).isEqualTo(Instant.ofEpochSecond(1003));
    assertThat(series)
        .hasToString("{a=b} 8 values, 4 known, from 1970-01-01T00:16:40Z every PT0.5S");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1002.5,'1']",
        "[999.5,'1']",
        "[1000.2,'1']",
        "[1000,'1'],[1000,'1']",
        "[1000.5,'1'],[1000,'1']",
        "[1000]",
        "[1000,1]",
        "[1e300,'1']",
        "7"
      })
  void a_value_at_another_time_than_asked_for_spoils_the_page(String values) {
    assertFails(matrix("{'metric':{},'values':[" + values + "]}"), Failure.MALFORMED);
  }

  @Test
  void other_results_are_no_history() {
    assertFails(
        "{'status':'success','data':{'resultType':'vector','result':[]}}", Failure.WRONG_TYPE);
    assertFails(matrix("{'metric':{},'histograms':[]}"), Failure.WRONG_TYPE);
    assertFails(matrix("{'metric':{},'values':[]},{'metric':{},'values':[]}"), Failure.DUPLICATE);
    assertFails("<html>", Failure.MALFORMED);
  }

  @Test
  void the_number_of_values_is_bounded() {
    assertFails(
        matrix("{'metric':{},'values':[]},{'metric':{'a':'1'},'values':[]},"
            + "{'metric':{'a':'2'},'values':[]}"),
        Failure.TOO_LARGE);
  }

  @Test
  void no_mutation_throws_anything_else() {
    long seed = 20_261_123;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      byte[] mutant = InstantAnswerTest.bytes(GOOD);
      for (int c = random.nextInt(3); c >= 0; c--) {
        mutant[random.nextInt(mutant.length)] =
            (byte) "{}[]\",:0123456789eE+-. \u00ff".charAt(random.nextInt(24));
      }
      RangePages target = new RangePages(FROM, Duration.ofMillis(500), 8, 16);
      try {
        target.add(mutant, 0, 5);
        assertThat(target.series()).as("seed %d, mutation %d", seed, i).hasSizeLessThan(2);
      } catch (UnusableAnswerException e) {
        assertThat(e.getMessage()).hasSizeLessThan(400);
      } catch (RuntimeException e) {
        fail("seed " + seed + ", mutation " + i, e);
      }
    }
  }

  @Test
  void a_series_does_not_change_with_the_array_it_was_made_of() {
    double[] values = {1, 2};
    Series series = new Series(Map.of(), FROM, Duration.ofSeconds(1), values);
    values[0] = 9;
    series.values()[1] = 9;
    assertThat(series.values()).containsExactly(1, 2);
    assertThatThrownBy(() -> new Series(
            Map.of(), FROM, Duration.ofSeconds(1), new double[] {Double.POSITIVE_INFINITY}))
        .hasMessage("series.value: Infinity (expected: finite, or NaN for a gap)");
  }

  private void assertFails(String body, Failure failure) {
    assertThatThrownBy(() -> pages.add(InstantAnswerTest.bytes(body), 0, 5))
        .isInstanceOfSatisfying(
            UnusableAnswerException.class, e -> assertThat(e.failure()).isEqualTo(failure));
  }
}
