// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import dev.sinew.controller.decisions.file.Line;
import dev.sinew.controller.decisions.file.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionLogTest {
  private static final LogLimits SMALL = new LogLimits(3, 64 << 10);

  @TempDir
  Path folder;

  @Test
  void what_was_written_is_read() throws IOException {
    List<LogRecord> written = events(3);
    try (DecisionLog log = open(SMALL)) {
      assertThat(written).allMatch(log::append);
      assertThat(log.stats().records()).isEqualTo(3);
      assertThat(log.stats().bytes()).isPositive();
      assertThat(log.stats().failures()).isZero();
    }
    assertThat(records()).isEqualTo(written);
  }

  @Test
  void it_goes_on_where_it_stopped() throws IOException {
    List<LogRecord> written = events(6);
    for (LogRecord record : written) {
      try (DecisionLog log = open(SMALL)) {
        log.append(record);
      }
    }
    assertThat(records()).isEqualTo(written);
    assertThat(files()).hasSize(1);
  }

  @Test
  void it_stays_within_its_bounds_and_each_file_can_be_read_alone() throws IOException {
    try (DecisionLog log = open(SMALL)) {
      new SimulatedRun(1, log).ticks(3000);
      assertThat(log.stats().failures()).isZero();
      assertThat(log.stats().shortened()).isZero();
    }
    assertThat(files()).hasSize(3);
    DecisionReader reader = new DecisionReader(folder);
    for (Path file : files()) {
      assertThat(file)
          .satisfies(path -> assertThat(Files.size(path)).isLessThanOrEqualTo(64 << 10));
      List<DecisionReader.Entry> entries = new ArrayList<>();
      DecisionReader.Tally tally = reader.read(file, entries::add);
      assertThat(tally.skipped()).isZero();
      assertThat(entries).allMatch(entry -> entry.settings() != null);
      assertThat(entries).filteredOn(entry -> entry.record() instanceof Decided).isNotEmpty();
    }
    assertThat(files().get(0).getFileName().toString()).isGreaterThan("decisions-00000003.log");
  }

  @Test
  void a_decision_too_large_for_the_log_is_kept_without_its_bulk() throws IOException {
    try (DecisionLog log = open(SMALL)) {
      log.append(Samples.decided(2000, 0));
      log.append(Samples.decided(3, 1));
      assertThat(log.stats().shortened()).isEqualTo(1);
    }
    List<LogRecord> read = records();
    assertThat(read).hasSize(2);
    assertThat(((Decided) read.get(0)).brief()).isTrue();
    assertThat(((Decided) read.get(0)).decision())
        .isEqualTo(Samples.decided(2000, 0).decision());
    assertThat(read.get(1)).isEqualTo(Samples.decided(3, 1));
  }

  @Test
  void whatever_is_left_of_the_last_line_the_next_record_is_whole() throws IOException {
    List<LogRecord> written = new ArrayList<>(events(2));
    written.add(new Settings(Samples.at(3), "d", SimulatedRun.settings()));
    written.add(Samples.decided(2, 4));
    written.add(Samples.decided(2, 5));
    try (DecisionLog log = open(SMALL)) {
      written.forEach(log::append);
    }
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    LogRecord next = events(9).get(8);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      long lines =
          new String(whole, 0, length, UTF_8).chars().filter(c -> c == '\n').count();
      List<LogRecord> expected = new ArrayList<>(written.subList(0, (int) Math.max(0, lines - 1)));
      assertThat(records()).as("%d bytes", length).isEqualTo(expected);
      try (DecisionLog log = open(SMALL)) {
        assertThat(log.append(next)).isTrue();
      }
      expected.add(next);
      assertThat(records()).as("%d bytes, then one more", length).isEqualTo(expected);
      assertThat(tally().skipped()).isZero();
    }
  }

  @Test
  void a_damaged_line_costs_itself_and_those_that_refer_to_it() throws IOException {
    try (DecisionLog log = open(LogLimits.DEFAULTS)) {
      for (int i = 0; i < 200; i++) {
        log.append(Samples.decided(2, i));
      }
    }
    Path file = files().get(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(70, lines.get(70).replace('2', '3'));
    Files.writeString(file, String.join("\n", lines) + "\n");
    assertThat(records()).hasSizeBetween(139, 199).contains(Samples.decided(2, 199));
    assertThat(tally().skipped()).isBetween(1L, 61L);
  }

  @Test
  void garbage_is_counted_and_nothing_else() throws IOException {
    try (DecisionLog log = open(SMALL)) {
      events(2).forEach(log::append);
    }
    byte[] garbage = new byte[5000];
    new Random(5).nextBytes(garbage);
    Files.write(files().get(0), garbage, StandardOpenOption.APPEND);
    Files.writeString(folder.resolve("decisions-00000000.log"), "\n\n\u0000\n12345678 {}\n");
    Files.writeString(folder.resolve("notes.txt"), "not ours");
    assertThat(records()).isEqualTo(events(2));
    assertThat(tally().skipped()).isGreaterThan(4);
  }

  @Test
  void a_newer_version_is_left_alone_and_named() throws IOException {
    Path newer = folder.resolve("decisions-00000007.log");
    String head = "{\"type\":\"log\",\"version\":2,\"service\":\"orders\"}";
    Files.write(newer, Line.of(head));
    try (DecisionLog log = open(SMALL)) {
      assertThat(log.append(events(1).get(0))).isTrue();
    }
    assertThat(Files.readAllBytes(newer)).isEqualTo(Line.of(head));
    assertThat(records()).isEqualTo(events(1));
    assertThat(tally().remarks())
        .containsExactly(newer + ": version 2 (expected: at most 1; a newer sinew wrote it)");
  }

  @Test
  void two_do_not_write_to_one_log() throws IOException {
    try (DecisionLog log = open(SMALL)) {
      assertThatThrownBy(() -> open(SMALL))
          .isInstanceOf(TakenException.class)
          .hasMessageContaining(folder + " (expected: no other writer");
      assertThat(log.append(events(1).get(0))).isTrue();
    }
    try (DecisionLog log = open(SMALL)) {
      assertThat(log.append(events(1).get(0))).isTrue();
    }
  }

  @Test
  void it_bears_that_its_files_are_deleted_cut_or_lengthened() throws IOException {
    try (DecisionLog log = open(SMALL)) {
      log.append(Samples.decided(2, 0));
      Files.delete(files().get(0));
      log.append(Samples.decided(2, 1));
      assertThat(records()).containsExactly(Samples.decided(2, 1));
      Files.write(files().get(0), new byte[0]);
      log.append(Samples.decided(2, 2));
      assertThat(records()).containsExactly(Samples.decided(2, 2));
      Files.writeString(files().get(0), "torn", StandardOpenOption.APPEND);
      log.append(Samples.decided(2, 3));
      assertThat(records()).containsExactly(Samples.decided(2, 2), Samples.decided(2, 3));
      assertThat(log.stats().failures()).isZero();
    }
  }

  @Test
  void a_thread_that_was_told_to_stop_still_writes_its_last_words() throws IOException {
    try (DecisionLog log = open(SMALL)) {
      Thread.currentThread().interrupt();
      assertThat(log.append(Samples.decided(2, 0))).isTrue();
      assertThat(Thread.interrupted()).as("still told to stop").isTrue();
      assertThat(log.append(Samples.decided(2, 1))).isTrue();
    }
    assertThat(records()).hasSize(2);
  }

  @Test
  void a_folder_that_cannot_be_is_counted_until_it_can() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    Path inner = file.resolve("decisions");
    try (DecisionLog log = DecisionLog.open(inner, "orders", SMALL)) {
      assertThat(log.append(events(1).get(0))).isFalse();
      assertThat(log.append(events(2).get(1))).isFalse();
      assertThat(log.stats().failures()).isEqualTo(2);
      assertThat(log.stats().failingSince()).isEqualTo(Samples.at(0));
      Files.delete(file);
      assertThat(log.append(events(3).get(2))).isTrue();
      assertThat(log.stats().failingSince()).isNull();
    }
    List<LogRecord> read = new ArrayList<>();
    new DecisionReader(inner).read(entry -> read.add(entry.record()));
    assertThat(read).hasSize(2).last().isEqualTo(events(3).get(2));
    assertThat(((Event) read.get(0)).text()).startsWith("2 not written since 2026-01-01T12:00:00Z");
  }

  @Test
  void only_the_owner_may_read_it() throws IOException {
    try (DecisionLog log = open(SMALL)) {
      log.append(events(1).get(0));
    }
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
        .isEqualTo("rw-------");
  }

  @Test
  void a_closed_log_takes_nothing() throws IOException {
    DecisionLog log = open(SMALL);
    log.close();
    assertThat(log.append(events(1).get(0))).isFalse();
    assertThat(log.stats().lastFailure()).contains("closed");
  }

  private DecisionLog open(LogLimits limits) throws IOException {
    return DecisionLog.open(folder, "orders", limits, new FailingDisk());
  }

  private List<Path> files() throws IOException {
    return List.copyOf(new LogFiles(folder).all().values());
  }

  private List<LogRecord> records() throws IOException {
    List<LogRecord> records = new ArrayList<>();
    new DecisionReader(folder).read(entry -> records.add(entry.record()));
    return records;
  }

  private DecisionReader.Tally tally() throws IOException {
    return new DecisionReader(folder).read(entry -> {});
  }

  private static List<LogRecord> events(int count) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .<LogRecord>map(i -> new Event(Samples.at(i), Event.Kind.PAUSED, "eve", "event " + i))
        .toList();
  }
}
