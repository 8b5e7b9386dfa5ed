// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RunTotalsTest {
  private final RunTotals totals = new RunTotals(100);

  @Test
  void sums_and_extremes_come_from_every_second() {
    totals.add(new LivePoint(1, 100, 100, 0, 5, 50, 2, 2, 0, 0));
    totals.add(new LivePoint(2, 300, 280, 20, 5, 250, 4, 2, 2, 0));
    totals.add(new LivePoint(3, 200, 200, 0, 5, 90, 4, 4, 0, 0));
    totals.add(LiveEvent.decision(2, 2, 4, "out"));
    totals.add(LiveEvent.fault(2, "kill"));
    assertThat(totals.lines())
        .containsEntry("Duration", "0 min 3 s")
        .containsEntry("Calls offered", "600")
        .containsEntry("Calls succeeded", "580 (96.67 %)")
        .containsEntry("Calls failed", "20 (3.33 %)")
        .containsEntry("Peak traffic", "300 calls/s at 0:02")
        .containsEntry("Worst p99 of a second", "250 ms at 0:02")
        .containsEntry("p99 over its objective of 100 ms", "1 of 3 s (33.33 %)")
        .containsEntry("Most replicas at once", "4")
        .containsEntry("Replica-minutes used", "0.2")
        .containsEntry("Decisions", "1")
        .containsEntry("Faults", "1")
        .doesNotContainKey("Traffic unknown for");
  }

  @Test
  void what_was_not_seen_is_said_and_not_made_up() {
    totals.add(new LivePoint(1, 100, 100, 0, 5, 50, 2, 2, 0, 0));
    totals.add(new LivePoint(101, 100, 100, 0, 5, 50, 2, 2, 0, 0));
    totals.add(new LivePoint(102, Double.NaN, Double.NaN, Double.NaN, 5, Double.NaN, 2, 2, 0, 0));
    assertThat(totals.lines())
        .containsEntry("Calls offered", "600")
        .containsEntry("Traffic unknown for", "96 s")
        .containsEntry("p99 over its objective of 100 ms", "0 of 6 s (0.00 %)");
  }
}
