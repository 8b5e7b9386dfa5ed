// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuotedTest {
  @Test
  void a_word_stands_between_single_quotes_and_a_single_quote_outside_of_them() {
    assertThat(Quoted.word("n", "/a b/$HOME#\\\"")).isEqualTo("'/a b/$HOME#\\\"'");
    assertThat(Quoted.word("n", "it's")).isEqualTo("'it'\\''s'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\rb", "a\u0000b", "a\tb", "a\u0085b"})
  void what_could_end_the_line_is_refused(String text) {
    assertThatThrownBy(() -> Quoted.word("name", text)).hasMessageStartingWith("name: ");
  }
}
