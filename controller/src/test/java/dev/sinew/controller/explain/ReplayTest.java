// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.DecisionLog;
import dev.sinew.controller.decisions.DecisionReader;
import dev.sinew.controller.decisions.SimulatedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplayTest {
  @TempDir
  Path folder;

  @Test
  void the_same_code_and_settings_decide_the_same_bit_for_bit() throws IOException {
    for (int seed = 0; seed < 4; seed++) {
      Replay replay = Replay.of(run(seed, 4000), null);
      assertThat(replay.situations()).as("seed %d", seed).isGreaterThan(300);
      assertThat(replay.differences()).as("seed %d", seed).isEmpty();
      assertThat(replay.incomplete()).as("seed %d", seed).isZero();
      assertThat(replay.unread()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void other_settings_show_where_the_answers_differ() throws IOException {
    PolicySettings half = PolicySettings.of(2, 30, Target.requestsPerReplica(50));
    Replay replay = Replay.of(run(3, 3000), half);
    assertThat(replay.differing()).isBetween(1L, replay.situations());
    List<String> lines = ReplayText.lines(
        "orders", replay, "the settings of b.yaml", new Moment(SimulatedRun.START, ZoneOffset.UTC));
    assertThat(lines.get(0))
        .matches("orders: \\d+ situations decided again by the settings of b.yaml, \\d+ differ");
    assertThat(lines).hasSizeBetween(4, 150).anyMatch(line -> line.matches("  and \\d+ more"));
    assertThat(lines).anyMatch(line -> line.startsWith("    logged  "));
    assertThat(lines).anyMatch(line -> line.startsWith("    now     "));
    JsonNode json = JsonMapper.shared().readTree(ReplayText.json("orders", replay, "b"));
    assertThat(json.path("differing").longValue()).isEqualTo(replay.differing());
    assertThat(json.path("differences").path(0).path("logged").has("to")).isTrue();
  }

  @Test
  void the_settings_that_were_logged_give_the_same_when_read_from_elsewhere() throws IOException {
    Path log = folder.resolve("plain");
    try (DecisionLog out = SimulatedRun.log(log, LogLimits.DEFAULTS)) {
      SimulatedRun run = new SimulatedRun(11, out);
      run.ticks(20);
    }
    Replay replay = Replay.of(new DecisionReader(log), SimulatedRun.settings());
    assertThat(replay.situations()).isPositive();
    assertThat(ReplayText.lines("o", replay, "x", new Moment(SimulatedRun.START, ZoneOffset.UTC)))
        .containsExactly("o: " + replay.situations() + " situations decided again by x, all alike");
  }

  @Test
  void a_forged_number_is_found() throws IOException {
    DecisionReader log = run(2, 300);
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve("2"))) {
      file = files.filter(path -> path.toString().endsWith("1.log")).findFirst().orElseThrow();
    }
    List<String> lines = Files.readAllLines(file);
    int changed = 0;
    for (int i = 0; i < lines.size(); i++) {
      String json = lines.get(i).substring(9);
      if (json.contains("\"proposed\":5,")) {
        lines.set(i, forged(json.replace("\"proposed\":5,", "\"proposed\":6,")));
        changed++;
      }
    }
    Files.writeString(file, String.join("\n", lines) + "\n");
    assertThat(changed).isPositive();
    assertThat(Replay.of(log, null).differing()).isEqualTo(changed);
  }

  private DecisionReader run(int seed, int ticks) throws IOException {
    Path log = folder.resolve(String.valueOf(seed));
    try (DecisionLog out = SimulatedRun.log(log, LogLimits.DEFAULTS)) {
      new SimulatedRun(seed, out).ticks(ticks);
      assertThat(out.stats().failures()).isZero();
    }
    return new DecisionReader(log);
  }

  /** A line with a right checksum. */
  private static String forged(String json) {
    CRC32C sum = new CRC32C();
    sum.update(json.getBytes(UTF_8));
    return String.format("%08x %s", sum.getValue(), json);
  }
}
