// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds what is said of wrong files to {@code broken.txt}, word for word. */
final class BrokenFilesTest {
  private static final Map<String, String> PARTS = Map.of(
      "@T", "target: {process: {command: [java]}}",
      "@R", "replicas: {min: 2, max: 8}",
      "@S", "scale: [{metric: cpu, target: 70%}]");
  private static final Map<String, String> VARIABLES =
      Map.of("BLANK", "canary with blanks in it", "SHORT", "canary", "EMPTY", "");

  @TempDir
  Path folder;

  record Broken(String name, String text, List<String> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Broken> broken() throws IOException {
    try (InputStream in = BrokenFilesTest.class.getResourceAsStream("broken.txt")) {
      String all = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(all.split("(?m)^=== ", -1))
          .skip(1)
          .map(BrokenFilesTest::broken)
          .toList();
    }
  }

  private static Broken broken(String part) {
    List<String> lines = part.lines().toList();
    String text = lines.stream()
        .skip(1)
        .filter(line -> !line.startsWith("> "))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
    for (Map.Entry<String, String> entry : PARTS.entrySet()) {
      text = text.replace(entry.getKey(), entry.getValue());
    }
    List<String> expected = lines.stream()
        .filter(line -> line.startsWith("> "))
        .map(line -> line.substring(2))
        .toList();
    return new Broken(lines.get(0), text, expected);
  }

  @ParameterizedTest
  @MethodSource("broken")
  void each_wrong_value_is_named_with_its_place_and_what_was_expected(Broken broken)
      throws IOException {
    Path file = folder.resolve("fleet.yaml");
    Files.writeString(file, broken.text());

    FleetFile read = FleetFile.check(file, VARIABLES);

    assertThat(read.problems())
        .extracting(problem -> problem.toString().replace(file + ":", "").replace(folder + "/", ""))
        .isEqualTo(broken.expected());
    assertThat(read.config() == null).isEqualTo(!read.errors().isEmpty());
    assertThat(read.problems()).noneMatch(problem -> problem.toString().contains("canary"));
  }

  @Test
  void there_are_two_hundred_of_them_and_each_says_something() throws IOException {
    assertThat(broken()).hasSizeGreaterThanOrEqualTo(200);
    assertThat(broken()).allSatisfy(broken -> assertThat(broken.expected()).isNotEmpty());
    assertThat(broken()).extracting(Broken::name).doesNotHaveDuplicates();
  }

  @Test
  void so_many_problems_that_nobody_reads_them_are_counted() throws IOException {
    Path file = folder.resolve("fleet.yaml");
    Files.writeString(file, "a: 1\nb: 2\n".repeat(1000));

    List<Problem> problems = FleetFile.check(file, VARIABLES).problems();

    assertThat(problems).hasSize(1001);
    assertThat(problems.get(1000).message())
        .isEqualTo("1001 more problems (expected: at most 1000)");
  }
}
