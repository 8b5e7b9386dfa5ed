// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class HostileFilesTest {
  private static final String RIGHT =
      "services: {o: {target: {process: {command: [java]}}, replicas: {min: 2, max: 8},"
          + " scale: [{metric: cpu, target: 70%}]}}\n";
  // Checking takes milliseconds; this is for a machine that is busy with something else.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir
  Path folder;

  private static FleetFile check(Path file) {
    return Assertions.assertTimeoutPreemptively(PATIENCE, () -> FleetFile.check(file, Map.of()));
  }

  private void assertSole(Path file, String line) {
    FleetFile read = check(file);
    assertThat(read.config()).isNull();
    assertThat(read.problems()).singleElement().hasToString(file + ":" + line);
  }

  private Path written(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("fleet.yaml"), bytes);
  }

  private Path written(String text) throws IOException {
    return written(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void what_is_no_file_is_said_to_be_none() throws IOException {
    assertSole(folder.resolve("fleet.yml"), "1:1 no such file (expected: a file)");
    assertSole(folder, "1:1 a folder (expected: a file)");
    assertSole(Path.of("/dev/zero"), "1:1 a pipe, socket or device (expected: a regular file)");
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertSole(
        loop,
        "1:1 Too many levels of symbolic links or unable to access attributes of symbolic"
            + " link (expected: a file that can be read)");
    Path below = written(RIGHT).resolve("fleet.yaml");
    assertSole(below, "1:1 Not a directory (expected: a file that can be read)");
  }

  @Test
  @Tag("process")
  void a_pipe_does_not_block() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();

    assertSole(pipe, "1:1 a pipe, socket or device (expected: a regular file)");
  }

  @Test
  void a_file_that_may_not_be_read_is_said_to_be_so() throws IOException {
    Path file = written(RIGHT);
    assumeThat(file.toFile().setReadable(false)).isTrue();
    assumeThat(Files.isReadable(file)).as("root reads everything").isFalse();

    assertSole(file, "1:1 permission denied (expected: a file that may be read)");
  }

  @Test
  void a_byte_order_mark_is_no_problem() throws IOException {
    assertThat(check(written("\uFEFF" + RIGHT)).problems()).isEmpty();
    assertThat(check(written(RIGHT.replace("\n", "\r\n"))).problems()).isEmpty();
  }

  @Test
  void other_encodings_and_no_text_are_located() throws IOException {
    assertSole(written(RIGHT.getBytes(StandardCharsets.UTF_16)), "1:1 UTF-16 (expected: UTF-8)");
    assertSole(written(RIGHT.getBytes(StandardCharsets.UTF_16LE)), "1:1 UTF-16 (expected: UTF-8)");
    assertSole(
        written("a: 1\nb: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1)),
        "2:7 byte 0xe9 (expected: UTF-8)");
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(RIGHT.getBytes(StandardCharsets.UTF_8));
    }
    assertSole(
        written(zipped.toByteArray()), "1:1 \\u001f (expected: text without control characters)");
  }

  @Test
  void control_characters_are_located_and_escaped() throws IOException {
    String rest = " (expected: text without control characters)";
    assertSole(written("a: 1\nb: x\0y\n"), "2:5 \\u0000" + rest);
    assertSole(written("a: 1\r\nb: \033[31mred\n"), "2:4 \\u001b" + rest);
    assertSole(written("a:\u0085"), "1:3 \\u0085" + rest);
    assertSole(written("a: \uFEFF"), "1:4 \\ufeff" + rest);
  }

  @Test
  void a_name_cannot_move_the_cursor() {
    Problem problem = check(folder.resolve("a\033[2Jb")).problems().get(0);

    assertThat(problem.toString()).contains("a\\u001b[2Jb:1:1 ").doesNotContain("\033");
  }

  @Test
  void ten_megabytes_are_too_much_and_one_is_not() throws IOException {
    String comment = "# " + "x".repeat(97) + "\n";
    assertSole(
        written(RIGHT + comment.repeat(100_000)), "1:1 more than 1 MiB (expected: at most 1 MiB)");
    String filled = RIGHT + comment.repeat(((1 << 20) - RIGHT.length()) / comment.length());
    assertThat(check(written(filled)).problems()).isEmpty();
  }

  static Stream<Arguments> large() {
    int much = 1_000_000;
    return Stream.of(
        Arguments.of("brackets", "[".repeat(much)),
        Arguments.of("braces", "{a: ".repeat(much / 4)),
        Arguments.of("dashes", "- ".repeat(much / 2)),
        Arguments.of("questions", "? ".repeat(much / 2)),
        Arguments.of("levels", levels()),
        Arguments.of("keys", "a: 1\n".repeat(much / 5)),
        Arguments.of("different keys", numbered("k%d: 1\n", 80_000)),
        Arguments.of("services", "services:\n" + numbered(" s%d: {}\n", 1001)),
        Arguments.of("anchors", numbered("k%d: &k%d 1\n", 50_000)),
        Arguments.of("aliases", "a: &a 1\nb: [" + "*a, ".repeat(much / 4) + "]"),
        Arguments.of("items", "services: [" + "a,".repeat(much / 2) + "]"),
        Arguments.of("a text", "services: " + "x".repeat(much)),
        Arguments.of("a quoted text", "services: \"" + "x".repeat(much) + '"'),
        Arguments.of("a block", "services: |\n" + "  x\n".repeat(much / 4)),
        Arguments.of("a key", "k".repeat(much) + ": 1"),
        Arguments.of("a quoted key", '"' + "k".repeat(much) + "\": 1"),
        Arguments.of("a tag", "services: !" + "t".repeat(much)),
        Arguments.of("an anchor", "services: &" + "t".repeat(much)),
        Arguments.of("a directive", "%" + "T".repeat(much) + "\n---\na: 1"),
        Arguments.of("a version", "%YAML 1." + "9".repeat(much) + "\n---\na: 1"),
        Arguments.of("directives", numbered("%%TAG !t%d! tag:x%d,2026:\n", 20_000) + "---\na: 1"),
        Arguments.of("a number", RIGHT.replace("max: 8", "max: " + "9".repeat(much))),
        Arguments.of("a window", RIGHT.replace("70%", "1h".repeat(much / 2))),
        Arguments.of("empty lines", "\n".repeat(much)),
        Arguments.of("blanks", "services:" + " ".repeat(much)),
        Arguments.of("documents", "---\n".repeat(much / 4)));
  }

  private static String numbered(String line, int times) {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, times).forEach(i -> text.append(line.formatted(i, i)));
    return text.toString();
  }

  private static String levels() {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, 1000).forEach(i -> text.append(" ".repeat(i)).append("a:\n"));
    return text.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("large")
  void what_is_large_is_refused_soon_and_in_short(String name, String text) throws IOException {
    FleetFile read = check(written(text));

    assertThat(read.errors()).as(name).isNotEmpty();
    assertThat(read.problems())
        .allSatisfy(
            problem -> assertThat(problem.message() + problem.path()).hasSizeLessThan(1100));
  }
}
