// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedTest {
  private final List<String> made = new ArrayList<>();
  private final Bounded<String> bounded = new Bounded<>(3, label -> {
    made.add(label);
    return label;
  });

  @Test
  void there_is_one_of_each_up_to_the_bound_and_then_one_for_all_others() {
    for (String value : List.of("a", "b", "a", "c", "d", "e", "b")) {
      String unused = bounded.of(value);
    }
    assertThat(made).containsExactly("a", "b", "c", "other");
    assertThat(bounded.of("d")).isEqualTo("other");
    assertThat(bounded.of("c")).isEqualTo("c");
  }

  @Test
  void a_hostile_value_is_cut_and_its_controls_are_escaped() {
    assertThat(bounded.of("a\n\u001b[31m\u202e")).isEqualTo("a\\u000a\\u001b[31m\\u202e");
    assertThat(bounded.of("x".repeat(100_000))).hasSize(100);
  }
}
