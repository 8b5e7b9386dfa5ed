// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

final class GrowthTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  @Tag("process")
  @Timeout(120)
  void a_small_run_in_its_own_processes_prints_a_table_and_writes_every_figure(@TempDir Path folder)
      throws IOException {
    Path json = folder.resolve("growth.json");
    int status = run(
        "--replicas", "3", "--seconds", "1", "--output", folder.toString(), "--json", "" + json);
    assertThat(status).as(err.toString()).isZero();
    assertThat(out.toString()).contains("| replicas | 3 |").contains("tick p50 / p99 / max");
    Growth.Result result =
        JsonMapper.shared().readValue(Files.readString(json), Growth.Result.class);
    assertThat(result.runs()).extracting(Figures::replicas).containsExactly(3);
    assertThat(result.runs()).allSatisfy(run -> {
      assertThat(run.start().seen()).isEqualTo(run.replicas());
      assertThat(run.ticks().signals()).isEqualTo(7 * run.replicas());
    });
  }

  @Test
  void wrong_input_is_refused_before_anything_starts() {
    assertThat(run("--replicas", "0")).isEqualTo(2);
    assertThat(run("--replicas", "10001")).isEqualTo(2);
    assertThat(run("--seconds", "0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--replicas: 0 (expected: 1 to 10000)")
        .contains("--replicas: 10001 (expected: 1 to 10000)")
        .contains("--seconds: 0 (expected: 1 to 600)");
  }

  private int run(String... args) {
    return new CommandLine(new Growth())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }
}
