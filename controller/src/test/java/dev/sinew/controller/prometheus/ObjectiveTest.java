// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectiveTest {
  @ParameterizedTest
  @CsvSource({"99.9%,0.001", "99%,0.01", "99.999%,0.00001", "95 %,0.05", "99.950%,0.0005"})
  void its_budget_is_exact(String text, String budget) {
    assertThat(Objective.parse(text).budget()).isEqualTo(budget);
    assertThat(Objective.parse(text).service()).isEmpty();
  }

  @Test
  void it_may_be_of_one_service() {
    Objective objective = Objective.parse("orders.eu=99.95%");

    assertThat(objective.service()).isEqualTo("orders.eu");
    assertThat(objective.budget()).isEqualTo("0.0005");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "99.9",
        "0.999",
        "100%",
        "94.9%",
        "99.9999%",
        "=99%",
        "a b=99%",
        "a\"=99%",
        "-1%"
      })
  void anything_else_is_refused_with_what_was_expected(String text) {
    assertThatThrownBy(() -> Objective.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("objective: ")
        .hasMessageContaining("95% to 99.999%");
  }
}
