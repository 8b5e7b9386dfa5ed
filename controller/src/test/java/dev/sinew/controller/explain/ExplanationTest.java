// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.DecisionLog;
import dev.sinew.controller.decisions.DecisionReader;
import dev.sinew.controller.decisions.DecisionRecorder;
import dev.sinew.controller.decisions.LogRecord.Event.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExplanationTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final PolicySettings POLICY =
      PolicySettings.of(2, 8, Target.requestsPerReplica(100), Target.cpu(0.7));

  @TempDir
  Path folder;

  private DecisionLog log;
  private Fleet fleet;

  @BeforeEach
  void open() throws IOException {
    log = DecisionLog.open(folder, "orders", LogLimits.DEFAULTS);
    fleet = new Fleet(log, false);
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void it_tells_the_number_what_asked_for_it_and_what_holds_it_until_when() throws IOException {
    fleet.tick(0, 190);
    fleet.tick(10, 390);
    fleet.tick(11, 390);
    fleet.tick(40, 390);
    fleet.tick(80, 290);
    assertThat(lines(130))
        .containsExactly(
            "orders: 4 replicas since 12:00:10 (2 min): 4 serve",
            "  asked for  3   requests-per-replica: 290 calls/s need 2.9 replicas at 100 calls/s each",
            "             2   cpu: cpu of 80 % in sum over 4 replicas needs 1.1 replicas at 70 % each",
            "  held at    4   stabilization: 4 replicas were needed 40 s ago; a change must be wanted for 300 s",
            "  next       3   at 12:05:40 if nothing asks for more",
            "  changes    12:00:10  2 → 4: 390 calls/s need 3.9 replicas at 100 calls/s each");
  }

  @Test
  void what_it_foretells_is_what_happens() throws IOException {
    fleet.tick(0, 190);
    fleet.tick(10, 390);
    fleet.tick(11, 390);
    for (int second = 12; second <= 311; second++) {
      fleet.tick(second, 290);
      assertThat(fleet.number).as("%d s", second).isEqualTo(4);
    }
    fleet.tick(312, 290);
    assertThat(fleet.number).isEqualTo(3);
  }

  @Test
  void it_tells_what_is_unknown_and_of_whom() throws IOException {
    fleet.tick(0, 190);
    fleet.tick(10, 390);
    fleet.silent = "r1";
    fleet.tick(20, 60);
    assertThat(lines(21))
        .anyMatch(
            line -> line.contains("held at    4   unknown: calls per second is unknown of r1"))
        .anyMatch(line -> line.contains("(unknown of r1)"))
        .anyMatch(line -> line.startsWith("  next       stays"));
  }

  @Test
  void it_tells_who_paused_it_and_what_resuming_would_do() throws IOException {
    fleet.tick(0, 190);
    fleet.autoscaler.hold(new Hold("eve", "migration", NOON.plusSeconds(5)));
    fleet.recorder.event(NOON.plusSeconds(5), Kind.PAUSED, "eve", "migration");
    fleet.tick(10, 550);
    assertThat(lines(12))
        .contains(
            "  held at    2   paused by eve since 2026-01-01T12:00:05Z because: migration",
            "  next       6   as soon as somebody resumes it if the load stays",
            "  events     12:00:05  paused by eve: migration");
  }

  @Test
  void an_old_record_is_called_old_and_a_good_end_an_end() throws IOException {
    fleet.tick(0, 190);
    assertThat(lines(3 * 3600))
        .contains(
            "  This is from 12:00:00: the controller last wrote 3 h before now: is it running?");
    fleet.recorder.event(NOON.plusSeconds(1), Kind.STOPPED, "", "SIGTERM");
    assertThat(lines(3 * 3600)).contains("  This is from 12:00:00: the controller stopped then.");
  }

  @Test
  void what_could_not_be_applied_is_no_number() throws IOException {
    fleet.tick(0, 190);
    fleet.full = true;
    fleet.tick(10, 390);
    assertThat(lines(11))
        .contains(
            "orders: 2 replicas: 2 serve",
            "  4 were decided at 12:00:10 but could not be applied: no room",
            "  changes    12:00:10  2 → 4 (not applied: no room): 390 calls/s need 3.9 replicas at"
                + " 100 calls/s each");
  }

  @Test
  void a_dry_run_says_what_it_would_do() throws IOException {
    fleet = new Fleet(log, true);
    fleet.tick(0, 390);
    assertThat(lines(1))
        .startsWith(
            "orders: 2 replicas: 2 serve",
            "  This is a dry run: 4 would be decided, nothing is done.");
  }

  @Test
  void any_earlier_time_can_be_asked_for() throws IOException {
    fleet.tick(0, 190);
    fleet.tick(10, 390);
    fleet.tick(11, 390);
    Explanation then = explained(5, 10);
    assertThat(then.number()).isEqualTo(2);
    assertThat(then.changes()).isEmpty();
    assertThat(Explanation.read(reader(), "orders", NOON.minusSeconds(1), 5)).isNull();
  }

  @Test
  void the_last_changes_are_one_line_each() throws IOException {
    int[] loads = {190, 390, 550, 790};
    for (int i = 0; i < loads.length; i++) {
      fleet.tick(i * 60, loads[i]);
    }
    Moment moment = new Moment(NOON.plusSeconds(300), ZoneOffset.UTC);
    assertThat(ExplanationText.changes(explained(300, 2), moment))
        .containsExactly(
            "12:02:00  4 → 6: 550 calls/s need 5.5 replicas at 100 calls/s each",
            "12:03:00  6 → 8: 790 calls/s need 7.9 replicas at 100 calls/s each");
  }

  @Test
  void programs_get_the_same_as_json() throws IOException {
    fleet.tick(0, 190);
    fleet.tick(10, 390);
    fleet.tick(100, 290);
    JsonNode json = JsonMapper.shared().readTree(ExplanationJson.text(explained(130, 5)));
    assertThat(json.path("number").intValue()).isEqualTo(4);
    assertThat(json.path("since").stringValue()).isEqualTo("2026-01-01T12:00:10Z");
    assertThat(json.path("ready").intValue()).isEqualTo(4);
    assertThat(json.path("asked").path(0).path("replicas").intValue()).isEqualTo(3);
    assertThat(json.path("next").path("to").intValue()).isEqualTo(3);
    assertThat(json.path("changes").size()).isEqualTo(1);
    assertThat(json.path("hold").isNull()).isTrue();
    assertThat(json.path("settings").stringValue()).isEqualTo("digest");
  }

  private Explanation explained(int second, int changes) throws IOException {
    Explanation why = Explanation.read(reader(), "orders", NOON.plusSeconds(second), changes);
    assertThat(why).isNotNull();
    return Objects.requireNonNull(why);
  }

  private List<String> lines(int second) throws IOException {
    Moment moment = new Moment(NOON.plusSeconds(second), ZoneOffset.UTC);
    return ExplanationText.lines(explained(second, 5), moment);
  }

  private DecisionReader reader() {
    return new DecisionReader(folder);
  }

  /** Replicas that are ready at once and share the load. */
  private static final class Fleet implements ScaleTarget {
    final DecisionRecorder recorder;
    final Autoscaler autoscaler;
    private final boolean dryRun;
    private Instant now = NOON;
    private double load;
    private int number = 2;
    private String silent = "";
    private boolean full;

    Fleet(DecisionLog log, boolean dryRun) {
      this.recorder = new DecisionRecorder(log, dryRun);
      this.dryRun = dryRun;
      this.autoscaler = new Autoscaler(ScalePolicy.of(POLICY), this, List.of(this::read), 1);
      autoscaler.witness(recorder);
      recorder.settings(NOON, "digest", POLICY);
    }

    void tick(int second, double calls) {
      now = NOON.plusSeconds(second);
      load = calls;
      try {
        autoscaler.tick(now);
      } catch (IllegalStateException e) {
        ScaleDecision failed = new ScaleDecision(now, 0, 0, List.of(), 0, List.of());
        recorder.applyFailed(failed, String.valueOf(e.getMessage()));
      }
    }

    private List<Signal> read(Instant at) {
      List<Signal> signals = new ArrayList<>();
      for (Replica replica : replicas().all()) {
        if (!replica.id().equals(silent)) {
          signals.add(new Signal(Metric.CALLS_PER_SECOND, replica.id(), load / number, at));
          signals.add(new Signal(Metric.CPU, replica.id(), 0.2, at));
        }
      }
      return signals;
    }

    @Override
    public Replicas replicas() {
      List<Replica> all = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        all.add(new Replica("r" + i, Replica.State.READY, NOON, NOON));
      }
      return new Replicas(number, all);
    }

    @Override
    public void apply(ScaleDecision decision) {
      if (full) {
        throw new IllegalStateException("no room");
      }
      number = dryRun ? number : decision.to();
    }
  }
}
