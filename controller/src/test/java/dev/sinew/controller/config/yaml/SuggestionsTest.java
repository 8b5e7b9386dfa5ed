// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionsTest {
  private static final List<String> KNOWN =
      List.of("replicas", "scale", "on-controller-loss", "memory", "in-flight");

  @ParameterizedTest
  @CsvSource({
    "replica,replicas",
    "repilcas,replicas",
    "REPLICAS,replicas",
    "scales,scale",
    "on_controller_loss,on-controller-loss",
    "onControlerLoss,on-controller-loss",
    "mem,memory",
    "inflight,in-flight",
    "colour,''",
    "me,''",
    "'',''"
  })
  void the_nearest_word_is_suggested_if_it_is_near(String word, String nearest) {
    assertThat(Suggestions.nearest(word, KNOWN)).isEqualTo(nearest);
  }

  @ParameterizedTest
  @CsvSource({"abc,abc,0", "abc,abd,1", "abc,ab,1", "abc,acb,1", "'',abc,3", "kitten,sitting,3"})
  void the_distance_counts_insertions_deletions_changes_and_swaps(
      String a, String b, int distance) {
    assertThat(Suggestions.distance(a, b)).isEqualTo(distance);
    assertThat(Suggestions.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void a_long_word_is_not_compared_and_a_long_list_is_cut() {
    List<String> many = IntStream.range(10, 60).mapToObj(i -> "s" + i).toList();

    assertThat(Suggestions.nearest("s1" + "0".repeat(1_000_000), many)).isEmpty();
    assertThat(Suggestions.expected("x", many)).startsWith("one of s10, ").endsWith(", s21, …");
    assertThat(Suggestions.expected("env1", List.of("env"))).isEqualTo("env");
  }
}
