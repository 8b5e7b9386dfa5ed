// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.policy.StepLimits;
import dev.sinew.autoscaler.policy.StepLimits.Step;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import dev.sinew.controller.decisions.file.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123456789Z");
  private static final String ODD = "a\"\\\n\t\u0000\u001b[31m\u202e\u2028\ud800 größer 夜 😀";

  @Test
  void every_bit_of_a_decision_comes_back() {
    Decided decided = new Decided(situation(), decision(), true, false);
    assertThat(reread(decided)).isEqualTo(decided);
  }

  @Test
  void any_double_and_any_instant_come_back() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      double value = Math.abs(Double.longBitsToDouble(random.nextLong()));
      if (Double.isFinite(value)) {
        long second = random.nextLong(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
        Instant at = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000));
        Signal signal = new Signal(Metric.CPU, "r", value, at);
        Situation situation = new Situation(
            NOW, new Replicas(0, List.of()), List.of(signal), List.of(), List.of(), 0);
        Decided decided = new Decided(situation, decision(), false, false);
        assertThat(reread(decided)).as("seed %d", seed).isEqualTo(decided);
      }
    }
  }

  @Test
  void settings_and_events_come_back() {
    PolicySettings policy = PolicySettings.of(
            2, 9, Target.cpu(0.1 + 0.2), Target.cpu(0.7).from("prometheus"), Target.inFlight(1e9))
        .withStabilization(new Stabilization(
            Duration.ofNanos(1), Duration.ofMinutes(61).minusNanos(60_000_000_001L)))
        .withSteps(new StepLimits(
            new Step(1, 0.1, Duration.ofMillis(1)), new Step(10_000, 10, Duration.ofHours(1))));
    Settings settings = new Settings(NOW, "abc", policy);
    assertThat(reread(settings)).isEqualTo(settings);
    for (Event.Kind kind : Event.Kind.values()) {
      Event event = new Event(Instant.MAX, kind, ODD, "");
      assertThat(reread(event)).isEqualTo(event);
    }
  }

  @Test
  void what_did_not_change_is_not_written_again() {
    Situation situation = situation();
    Decided decided = new Decided(situation, decision(), false, false);
    String first = RecordWriter.text(decided, Base.NONE);
    String second = RecordWriter.text(decided, Base.of(0, situation));
    assertThat(second).hasSizeLessThan(first.length()).doesNotContain("STARTING\",\"2025");
    RecordReader reader = new RecordReader();
    assertThat(reader.record(body(first), 0)).isEqualTo(decided);
    assertThat(reader.record(body(second), 500)).isEqualTo(decided);
  }

  @Test
  void an_outline_has_all_but_the_situation() {
    Decided decided = new Decided(situation(), decision(), true, false);
    LogRecord outline = new RecordReader().outline(body(RecordWriter.text(decided, Base.NONE)));
    assertThat(outline).isInstanceOfSatisfying(Decided.class, read -> {
      assertThat(read.decision()).isEqualTo(decided.decision());
      assertThat(read.dryRun()).isTrue();
      assertThat(read.brief()).isTrue();
    });
    Event event = new Event(NOW, Event.Kind.PAUSED, ODD, ODD + RecordWriter.BULK);
    assertThat(new RecordReader().outline(body(RecordWriter.text(event, Base.NONE))))
        .isEqualTo(event);
  }

  @Test
  void a_decision_whose_base_is_missing_is_not_half_read() {
    Situation situation = situation();
    Decided decided = new Decided(situation, decision(), false, false);
    String second = RecordWriter.text(decided, Base.of(44, situation));
    assertThat(new RecordReader().record(body(second), 500)).isNull();
    RecordReader other = new RecordReader();
    assertThat(other.record(body(RecordWriter.text(decided, Base.NONE)), 45)).isNotNull();
    assertThat(other.record(body(second), 500)).isNull();
  }

  @Test
  void nothing_that_a_terminal_would_obey_is_in_a_line() {
    String text = RecordWriter.text(new Event(NOW, Event.Kind.PAUSED, ODD, ODD), Base.NONE);
    assertThat(text.chars()).allMatch(c -> c >= ' ' && c < 127);
  }

  @Test
  void whole_lines_that_mean_nothing_are_no_records() {
    for (String text : List.of(
        "",
        "[]",
        "null",
        "{}",
        "{\"type\":\"log\"}",
        "{\"type\":\"later\"}",
        "{\"type\":\"event\"}",
        "{\"type\":\"decided\",\"at\":\"2026-01-01T12:00:00Z\"}",
        "[".repeat(10_000))) {
      assertThat(new RecordReader().record(body(text), 0)).as(text).isNull();
    }
  }

  private static LogRecord reread(LogRecord record) {
    LogRecord read = new RecordReader().record(body(RecordWriter.text(record, Base.NONE)), 0);
    assertThat(read).isNotNull();
    return read == null ? record : read;
  }

  private static byte[] body(String text) {
    byte[] line = Line.of(text);
    return Arrays.copyOf(line, line.length - 1);
  }

  private static Situation situation() {
    Instant then = NOW.minusNanos(1);
    List<Signal> signals = List.of(
        new Signal(Metric.UTILIZATION, "a", 0.1 + 0.2, then),
        new Signal(Metric.CPU, "a", Double.MIN_VALUE, then),
        new Signal(Metric.CPU, "a", Double.MAX_VALUE, then),
        new Signal(Metric.CPU, ODD, -0.0, NOW.plusSeconds(5)),
        new Signal(Metric.CPU, "a", 0.5, then, "prometheus"),
        new Signal(Metric.CALLS_PER_SECOND, null, 7, then, "haproxy"),
        new Signal(Metric.MEMORY, "b", 1, Instant.MIN),
        new Signal(Metric.CALLS_PER_SECOND, null, 1e15 + 0.125, Instant.MAX));
    List<Replica> all = List.of(
        new Replica("a", Replica.State.READY, Instant.EPOCH, then),
        new Replica(ODD, Replica.State.STARTING, Instant.parse("2025-01-01T00:00:00Z"), null),
        new Replica("a", Replica.State.DRAINING, Instant.MIN, Instant.MAX));
    ScaleDecision earlier = new ScaleDecision(then, 3, 1, List.of(), 0, List.of());
    return new Situation(
        NOW,
        new Replicas(3, all),
        signals,
        List.of(new Proposal(then, 4), new Proposal(then, 5)),
        List.of(earlier),
        Long.MIN_VALUE,
        new Hold(ODD, "", NOW));
  }

  private static ScaleDecision decision() {
    List<Reason> reasons = List.of(new Reason("bounds", 5, 1, ODD), new Reason("", 1, 5, ""));
    return new ScaleDecision(
        NOW.plusNanos(1), 3, 1, List.of("a", ODD), 1_000_000, Long.MAX_VALUE, reasons);
  }
}
