// SPDX-License-Identifier: Apache-2.0
package dev.sinew;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExpectTest {
  @Test
  void a_broken_constraint_names_the_value_and_what_was_expected() {
    assertThatThrownBy(() -> Expect.that(false, "replicas.min", -1, "0 or more"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("replicas.min: -1 (expected: 0 or more)");
  }

  @Test
  void a_kept_constraint_says_nothing() {
    Expect.that(true, "replicas.min", 1, "0 or more");
    assertThat(Expect.message("a", "b", "c")).isEqualTo("a: b (expected: c)");
  }

  @Test
  void long_values_are_cut() {
    assertThat(Expect.printable("x".repeat(256))).isEqualTo("x".repeat(256));
    assertThat(Expect.printable("x".repeat(257))).isEqualTo("x".repeat(256) + "…");
  }

  @Test
  void what_could_forge_a_line_or_hide_text_is_escaped() {
    assertThat(Expect.printable("a\nb\u001b[31m")).isEqualTo("a\\u000ab\\u001b[31m");
    assertThat(Expect.printable("\u202eevil\u2028line\u2029"))
        .isEqualTo("\\u202eevil\\u2028line\\u2029");
    assertThat(Expect.printable("tag\udb40\udc41")).isEqualTo("tag\\ue0041");
    assertThat(Expect.printable("half\ud83d")).isEqualTo("half\\ud83d");
  }

  @Test
  void other_scripts_and_symbols_stay() {
    assertThat(Expect.printable("größe 価格 \ud83d\ude00")).isEqualTo("größe 価格 \ud83d\ude00");
  }

  @Test
  void a_symbol_at_the_cut_is_not_halved() {
    String text = Expect.printable("x".repeat(255) + "\ud83d\ude00");
    assertThat(text).isEqualTo("x".repeat(255) + "…");
  }
}
