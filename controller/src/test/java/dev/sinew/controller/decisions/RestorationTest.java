// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.Memory;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.file.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorationTest {
  @TempDir
  Path folder;

  @Test
  void nothing_is_restored_from_nothing() throws IOException {
    assertThat(restored()).isEqualTo(Memory.EMPTY);
    assertThat(folder.toFile().list()).containsExactly("lock");
  }

  @Test
  void a_loop_that_goes_on_remembers_what_the_one_before_it_last_wrote() throws IOException {
    for (int seed = 0; seed < 5; seed++) {
      Path log = folder.resolve("log" + seed);
      Memory before;
      SimulatedRun run;
      try (DecisionLog out = SimulatedRun.log(log, new LogLimits(8, 128 << 10))) {
        run = new SimulatedRun(seed, out);
        run.ticks(1500);
        before = run.autoscaler().memory();
        Memory after = out.restore();
        // What happened in the last minute may not have been worth a record.
        List<Proposal> certain = before.proposals().stream()
            .filter(proposal -> proposal.at().isBefore(run.now().minusSeconds(90)))
            .toList();
        assertThat(after.proposals())
            .as("seed %d", seed)
            .containsAll(certain.subList(certain.size() / 2, certain.size()));
        assertThat(numbers(after)).as("seed %d", seed).containsAll(numbers(before));
      }
    }
  }

  @Test
  void decisions_of_an_hour_are_gathered_across_records_and_holes() throws IOException {
    try (DecisionLog log = open()) {
      log.append(decided(0, 2, 3, false));
      log.append(decided(3000, 3, 4, false));
      log.append(decided(3700, 4, 4, false));
    }
    assertThat(numbers(restored())).containsExactly("3000: 3 → 4");
    assertThat(restored().proposals()).containsExactly(new Proposal(Samples.at(3700), 9));
  }

  @Test
  void what_could_not_be_applied_and_what_a_dry_run_decided_was_never_done() throws IOException {
    try (DecisionLog log = open()) {
      log.append(decided(0, 2, 3, false));
      log.append(decided(10, 3, 5, false));
      log.append(new Event(Samples.at(10), Event.Kind.APPLY_FAILED, "", "no room"));
      log.append(decided(20, 3, 9, true));
    }
    assertThat(numbers(restored())).containsExactly("0: 2 → 3");
    assertThat(restored().proposals()).containsExactly(new Proposal(Samples.at(10), 9));
  }

  @Test
  void a_damaged_log_gives_what_is_left_of_it() throws IOException {
    try (DecisionLog log = open()) {
      log.append(decided(0, 2, 3, false));
    }
    Path file = new LogFiles(folder).path(1);
    Files.writeString(file, Files.readString(file) + "00000000 {}\n0000");
    assertThat(numbers(restored())).containsExactly("0: 2 → 3");
    Files.writeString(file, "garbage");
    assertThat(restored()).isEqualTo(Memory.EMPTY);
  }

  private static List<String> numbers(Memory memory) {
    return memory.decisions().stream()
        .map(decision -> (decision.at().getEpochSecond() - Samples.at(0).getEpochSecond()) + ": "
            + decision.from() + " → " + decision.to())
        .toList();
  }

  private static Decided decided(int second, int from, int to, boolean dryRun) {
    Situation situation = new Situation(
        Samples.at(second), new Replicas(from, List.of()), List.of(), List.of(), List.of(), 1);
    ScaleDecision decision =
        new ScaleDecision(Samples.at(second), from, to, List.of(), 9, 1, List.of());
    return new Decided(situation, decision, dryRun, false);
  }

  private DecisionLog open() throws IOException {
    return DecisionLog.open(folder, "orders", LogLimits.DEFAULTS);
  }

  private Memory restored() throws IOException {
    try (DecisionLog log = open()) {
      return log.restore();
    }
  }
}
