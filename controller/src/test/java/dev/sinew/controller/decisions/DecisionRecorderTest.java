// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionRecorderTest {
  @TempDir
  Path folder;

  private DecisionLog log;

  @BeforeEach
  void open() throws IOException {
    log = DecisionLog.open(folder.resolve("log"), "orders", LogLimits.DEFAULTS);
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void the_first_tick_is_written_and_then_one_a_minute() throws IOException {
    DecisionRecorder recorder = new DecisionRecorder(log, false);
    for (int second = 0; second <= 180; second++) {
      tell(recorder, second, 3, 3);
    }
    assertThat(seconds()).containsExactly(0, 60, 120, 180);
  }

  @Test
  void a_change_of_the_number_or_of_the_rules_is_written_at_once() throws IOException {
    DecisionRecorder recorder = new DecisionRecorder(log, false);
    tell(recorder, 0, 3, 3, "cpu");
    tell(recorder, 1, 3, 3, "cpu");
    tell(recorder, 2, 3, 5, "cpu");
    tell(recorder, 3, 5, 5, "cpu");
    tell(recorder, 4, 5, 5, "cpu", "bounds");
    tell(recorder, 5, 5, 5, "bounds", "cpu");
    tell(recorder, 6, 5, 5, "bounds");
    tell(recorder, 7, 4, 5, "bounds");
    assertThat(seconds()).as("3 says that 2 was done, no news").containsExactly(0, 2, 4, 6, 7);
  }

  @Test
  void a_clock_that_was_set_back_does_not_silence_it() throws IOException {
    DecisionRecorder recorder = new DecisionRecorder(log, false);
    tell(recorder, 500, 3, 3);
    tell(recorder, 100, 3, 3);
    assertThat(seconds()).containsExactly(500, 100);
  }

  @Test
  void a_change_that_cannot_be_applied_is_written_with_why_and_then_once_a_minute()
      throws IOException {
    DecisionRecorder recorder = new DecisionRecorder(log, false);
    for (int second = 0; second <= 60; second++) {
      ScaleDecision decision = tell(recorder, second, 3, 5, "cpu");
      recorder.applyFailed(decision, "no room");
    }
    assertThat(seconds()).containsExactly(0, 0, 60, 60);
    assertThat(records().get(1))
        .isEqualTo(new Event(Samples.at(0), Event.Kind.APPLY_FAILED, "", "no room"));
  }

  @Test
  void a_dry_run_says_so_and_does_not_repeat_itself() throws IOException {
    DecisionRecorder recorder = new DecisionRecorder(log, true);
    for (int second = 0; second <= 60; second++) {
      tell(recorder, second, 3, 5, "cpu");
    }
    assertThat(seconds()).containsExactly(0, 60);
    assertThat(records()).allMatch(record -> ((Decided) record).dryRun());
  }

  @Test
  void settings_are_written_when_they_differ() throws IOException {
    DecisionRecorder recorder = new DecisionRecorder(log, false);
    recorder.settings(Samples.at(0), "a", SimulatedRun.settings());
    recorder.settings(Samples.at(1), "a", SimulatedRun.settings());
    recorder.settings(Samples.at(2), "b", SimulatedRun.settings());
    recorder.event(Samples.at(3), Event.Kind.STOPPED, "", "SIGTERM");
    assertThat(seconds()).containsExactly(0, 2, 3);
  }

  @Test
  void what_could_not_be_written_is_due_again_at_the_next_tick() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("file"), "");
    try (DecisionLog failing =
        DecisionLog.open(inTheWay.resolve("log"), "orders", LogLimits.DEFAULTS)) {
      DecisionRecorder recorder = new DecisionRecorder(failing, false);
      recorder.settings(Samples.at(0), "a", SimulatedRun.settings());
      tell(recorder, 0, 3, 3);
      tell(recorder, 1, 3, 3);
      assertThat(failing.stats().failures()).isEqualTo(3);
      Files.delete(inTheWay);
      tell(recorder, 2, 3, 3);
      tell(recorder, 3, 3, 3);
      assertThat(failing.stats().failingSince()).isNull();
    }
    List<LogRecord> read = new ArrayList<>();
    new DecisionReader(inTheWay.resolve("log")).read(entry -> read.add(entry.record()));
    assertThat(read)
        .as("the settings first, because what follows rests on them")
        .hasExactlyElementsOfTypes(Settings.class, Event.class, Decided.class);
  }

  private static ScaleDecision tell(
      DecisionRecorder recorder, int second, int from, int to, String... rules) {
    List<Reason> reasons =
        Stream.of(rules).map(rule -> new Reason(rule, from, to, "because")).toList();
    ScaleDecision decision = new ScaleDecision(Samples.at(second), from, to, List.of(), 1, reasons);
    Situation situation = new Situation(
        decision.at(), new Replicas(from, List.of()), List.of(), List.of(), List.of(), 1);
    recorder.decided(situation, decision);
    return decision;
  }

  private List<LogRecord> records() throws IOException {
    List<LogRecord> records = new ArrayList<>();
    new DecisionReader(folder.resolve("log")).read(entry -> records.add(entry.record()));
    return records;
  }

  private List<Integer> seconds() throws IOException {
    return records().stream()
        .map(record -> (int) (record.at().getEpochSecond() - Samples.at(0).getEpochSecond()))
        .toList();
  }
}
