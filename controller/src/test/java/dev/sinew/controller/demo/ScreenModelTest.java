// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScreenModelTest {
  private static ScreenModel model(long failed, String decision) {
    return new ScreenModel(
        75,
        110,
        560,
        12_345,
        failed,
        41.2,
        Double.NaN,
        4,
        5,
        List.of(1.0, 2.0, 4.0),
        List.of(2.0, 2.0, 4.0),
        List.of("  orders-1 ready"),
        decision,
        List.of("00:20 load ×4"));
  }

  @Test
  void the_line_holds_every_figure() {
    assertThat(model(0, "2 → 5: because").line())
        .isEqualTo(
            "01:15 offered 560/s ok 12345 failed 0 p50 41 ms p99 - ready 4/5 | 2 → 5: because");
  }

  @Test
  void the_screen_keeps_within_its_columns() {
    List<String> lines = model(3, "x".repeat(500)).screen(80);
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("3 FAILED"));
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("4 of 5"));
  }

  @Test
  void a_sparkline_shows_the_latest_values_scaled_to_their_maximum() {
    assertThat(ScreenModel.sparkline(List.of(9.0, 0.0, 7.0, 3.5), 3)).isEqualTo("▁█▅");
    assertThat(ScreenModel.sparkline(Collections.nCopies(3, 0.0), 5)).isEqualTo("▁▁▁");
    assertThat(ScreenModel.sparkline(List.of(), 5)).isEmpty();
  }
}
