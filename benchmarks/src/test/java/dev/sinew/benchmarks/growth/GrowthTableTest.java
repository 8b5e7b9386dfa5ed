// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GrowthTableTest {
  private static final long MIB = 1024 * 1024;

  @Test
  void each_size_has_a_column_and_what_a_replica_adds_is_told_from_the_smallest() {
    String table = GrowthTable.text(List.of(figures(10, 10, 10 * MIB), figures(100, 90, 19 * MIB)));
    assertThat(table)
        .startsWith("| replicas | 10 | 100 |\n|---|--:|--:|\n")
        .contains("| first full view, s | 1.25 | only 90 |")
        .contains("| tick p50 / p99 / max, ms | 1 / 2.5 / 30 | 1 / 2.5 / 30 |")
        .contains("| log records / KiB each / shortened | 2 / 2 / 0 | 2 / 2 / 0 |")
        .contains("| live heap, MiB | 10 | 19 |")
        .contains("| … per replica, KiB | – | 102 |")
        .contains("| … main | 0.25 | 0.25 |")
        .doesNotContain("quiet");
  }

  @Test
  void numbers_have_three_digits_and_no_zeros_at_the_end() {
    assertThat(GrowthTable.number(0.123)).isEqualTo("0.12");
    assertThat(GrowthTable.number(12.34)).isEqualTo("12.3");
    assertThat(GrowthTable.number(1200.4)).isEqualTo("1200");
    assertThat(GrowthTable.number(3.0)).isEqualTo("3");
  }

  private static Figures figures(int replicas, int seen, long heap) {
    Spread spread = new Spread(1, 2.5, 30);
    return new Figures(
        replicas,
        new Figures.Start(seen, 1250, 800, 20),
        new Figures.Intake(replicas, 0, 0, 0, seen, spread, 50),
        new Figures.Ticks(80, 7 * replicas, 1, spread, 1.5),
        new Figures.Log(2, 4096, 0, 0),
        new Figures.Use(0.5, Map.of("main", 0.25, "quiet", 0.001), 2, 10, heap, 2 * heap, 20, 60),
        40);
  }
}
