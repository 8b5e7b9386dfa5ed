// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.process.FleetStatus.State;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JournalTest {
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00.123456789Z");
  private static final ProcessIdentity PROCESS = new ProcessIdentity(4711, 99, "0badcafe");

  static final Journal TWO = new Journal(
      2,
      7,
      5,
      3,
      1,
      List.of(
          new Journal.Entry(
              "orders-ab12-4",
              4,
              20_004,
              PROCESS,
              State.READY,
              AT,
              AT,
              2,
              3,
              null,
              "f00",
              "it ended"),
          new Journal.Entry(
              "orders-ab12-5", 5, 0, null, State.WAITING, AT, null, 0, 0, null, "", ""),
          new Journal.Entry(
              "orders-ab12-1", 1, 20_001, null, State.DRAINING, AT, AT, 0, 0, AT, "f00", "")));

  @Test
  void what_is_written_is_read_again() throws IOException {
    assertThat(Journal.parse(TWO.text())).isEqualTo(TWO);
    assertThat(Journal.parse(Journal.EMPTY.text())).isEqualTo(Journal.EMPTY);
  }

  @Test
  void no_line_of_a_failure_becomes_a_line_of_the_journal() throws IOException {
    Journal journal = new Journal(
        0,
        1,
        1,
        0,
        0,
        List.of(new Journal.Entry(
            "a",
            1,
            0,
            null,
            State.WAITING,
            AT,
            null,
            0,
            0,
            null,
            "",
            "bad\nb 2\r" + "x".repeat(5000))));
    assertThat(Journal.parse(journal.text()).members().get(0).lastFailure())
        .startsWith("bad b 2 x")
        .hasSize(1024);
  }

  @Test
  void every_truncation_and_every_changed_byte_is_noticed() {
    String text = TWO.text();
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      assertThatThrownBy(() -> Journal.parse(cut)).as(cut).isInstanceOf(IOException.class);
    }
    Random random = new Random(20261122);
    for (int at = 0; at < text.length(); at++) {
      char other = (char) (text.charAt(at) ^ (1 + random.nextInt(127)));
      String changed = text.substring(0, at) + other + text.substring(at + 1);
      assertThatThrownBy(() -> Journal.parse(changed)).as(changed).isInstanceOf(IOException.class);
    }
  }

  @Test
  void what_no_fleet_writes_is_no_journal_even_with_a_good_checksum() {
    refuses(new Journal(-1, 1, 0, 0, 0, List.of()));
    refuses(new Journal(1001, 1, 0, 0, 0, List.of()));
    refuses(new Journal(1, 1, 0, 0, 0, List.of(entry("a", 1, 20_001, State.READY))));
    refuses(new Journal(1, 1, 1, 0, 0, List.of(entry("../a", 1, 20_001, State.READY))));
    refuses(new Journal(1, 1, 1, 0, 0, List.of(entry("a", 1, 80, State.READY))));
    refuses(new Journal(1, 1, 1, 0, 0, List.of(entry("a", 1, 20_001, State.DRAINING))));
    Journal.Entry twice = entry("a", 1, 20_001, State.READY);
    refuses(new Journal(1, 1, 1, 0, 0, List.of(twice, twice)));
  }

  private static Journal.Entry entry(String id, int number, int port, State state) {
    return new Journal.Entry(id, number, port, PROCESS, state, AT, null, 0, 0, null, "f00", "");
  }

  private static void refuses(Journal journal) {
    assertThatThrownBy(() -> Journal.parse(journal.text()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("it holds what no fleet writes");
  }
}
