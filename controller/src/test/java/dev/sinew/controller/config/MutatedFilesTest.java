// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.process.ProcessSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MutatedFilesTest {
  private static final int TIMES = 300;
  private static final Map<String, String> SECRETS = Map.of(
      "SINEW_TOKEN",
      "canary-long-enough-4711",
      "DB_PASSWORD",
      "canary-4711",
      "PROMETHEUS_PASSWORD",
      "canary-4711");

  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource({"minimal,1", "full,2", "backup,3", "consul,4", "full,5"})
  void a_mutated_example_is_right_or_its_problems_are_located(String name, long seed)
      throws IOException {
    String example = Files.readString(Path.of("../examples/fleet", name + ".yaml"));
    Mutations mutations = new Mutations(new SplittableRandom(seed));
    Path file = folder.resolve("fleet.yaml");
    int wrong = 0;
    for (int i = 0; i < TIMES; i++) {
      String text = mutations.mutate(example);
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
      String which = "seed " + seed + ", number " + i + ":\n" + text;
      try {
        FleetFile read = FleetFile.read(file, SECRETS);
        wrong += read.config() == null ? 1 : 0;
        check(which, read, text.lines().count());
      } catch (RuntimeException e) {
        throw new AssertionError(which, e);
      }
    }
    assertThat(wrong).as("seed " + seed + ": wrong ones").isGreaterThan(TIMES / 4);
  }

  private static void check(String which, FleetFile read, long lines) {
    assertThat(read.config() == null).as(which).isEqualTo(!read.errors().isEmpty());
    for (Problem problem : read.problems()) {
      assertThat((long) problem.line()).as(which).isBetween(1L, lines + 1);
      assertThat(problem.column()).as(which).isPositive();
      assertThat(problem.message()).as(which).contains(" (expected: ").endsWith(")");
      assertThat(problem.toString()).as(which).doesNotContain("canary-long", "\n", "\033");
    }
    if (read.config() != null) {
      read.config().services().values().forEach(MutatedFilesTest::specOf);
    }
  }

  /** What the reader lets pass, the parts that use it accept. */
  private static ProcessSpec specOf(ServiceConfig service) {
    ProcessConfig process = service.process();
    return ProcessSpec.builder(service.name(), process.command(), Path.of("logs"))
        .environment(process.environment())
        .portVariable(process.portVariable())
        .registry("consul://127.0.0.1:8500/" + service.announcedAs())
        .startTimeout(process.startTimeout())
        .drainGrace(service.drainGrace())
        .build();
  }
}
