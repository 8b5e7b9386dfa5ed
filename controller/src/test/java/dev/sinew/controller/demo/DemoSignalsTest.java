// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo's loop with a real system as its only source of signals. */
@Timeout(180)
final class DemoSignalsTest {
  /** As {@link DemoTest}: bounds are judged on a quiet machine. */
  private static final double NOISE = 2;

  @TempDir
  Path folder;

  @Test
  @Tag("prometheus")
  void prometheus_is_followed_and_compared_with_orca() throws Exception {
    assertFollowed("prometheus", 4);
  }

  @Test
  @Tag("haproxy")
  void haproxy_is_followed_and_compared_with_orca() throws Exception {
    assertFollowed("haproxy", 3);
  }

  @Test
  @Tag("haproxy")
  void kill_9_of_the_demo_takes_its_haproxy_with_it() throws Exception {
    Path servers = TestServers.program("haproxy").resolve("../..").normalize();
    try (DemoProcess demo = new DemoProcess(
        folder,
        Map.of(),
        List.of("-Dsinew.servers=" + servers),
        "--signals",
        "haproxy",
        "--seconds",
        "30")) {
      assertThat(demo.printed("Live page", Duration.ofSeconds(60))).isTrue();
      List<ProcessHandle> below =
          ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
      assertThat(below).isNotEmpty();
      ProcessHandle.of(demo.pid()).orElseThrow().destroyForcibly();
      assertThat(DemoProcess.until(
              () -> below.stream().noneMatch(ProcessHandle::isAlive), Duration.ofSeconds(10)))
          .isTrue();
    }
  }

  @Test
  @Tag("demo")
  void a_source_that_there_is_not_is_refused_in_one_line() throws Exception {
    assertRefused(Map.of(), "zipkin", "--signals: zipkin (expected: orca, prometheus or haproxy)");
  }

  @Test
  @Tag("demo")
  void a_program_that_is_not_there_is_named_in_one_line() throws Exception {
    // All that is on the PATH: what the process is started by.
    Path path = Files.createDirectory(folder.resolve("bin"));
    Path setsid =
        Files.writeString(path.resolve("setsid"), "#!/bin/sh\nexec /usr/bin/setsid \"$@\"\n");
    assertThat(setsid.toFile().setExecutable(true)).isTrue();
    for (String program : List.of("prometheus", "haproxy")) {
      assertRefused(
          Map.of("PATH", path.toString()),
          program,
          "--signals: " + program + " (expected: " + program
              + " on the PATH, or etc/test-servers run before)");
    }
  }

  private void assertFollowed(String source, double seconds) throws Exception {
    Path servers = TestServers.program(source).resolve("../..").normalize();
    Path json = folder.resolve("out.json");
    try (DemoProcess demo = new DemoProcess(
        folder,
        Map.of(),
        List.of("-Dsinew.servers=" + servers),
        "--signals",
        source,
        "--seconds",
        "45",
        "--json",
        json.toString())) {
      assertThat(demo.await(Duration.ofSeconds(150))).as("%s", demo.output()).isZero();
      assertThat(demo.output())
          .anyMatch(line -> line.contains("Signals: only what"))
          .anyMatch(line -> line.matches(
              " +load ×4 +decision after [0-9.]+ s by " + source + " \\(ORCA's.*: [0-9.]+ s\\).*"));
      assertThat(DemoProcess.until(() -> noneLeft(demo), Duration.ofSeconds(5))).isTrue();
    }
    JsonNode result = JsonMapper.builder().build().readTree(json.toFile());
    assertThat(result.at("/signals").asString()).isEqualTo(source);
    assertThat(result.at("/calls/failed").asInt()).isZero();
    assertThat(result.at("/replicas/peak").asInt()).isGreaterThanOrEqualTo(4);
    assertThat(result.at("/stepToDecisionSeconds").asDouble()).isBetween(0.1, seconds * NOISE);
    assertThat(result.at("/orcaStepToDecisionSeconds").asDouble()).isBetween(0.1, 3 * NOISE);
    assertThat(result.at("/decisions").findValuesAsString("because"))
        .anyMatch(because -> because.contains(" calls/s by " + source + " need "));
  }

  private void assertRefused(Map<String, String> environment, String source, String line)
      throws Exception {
    try (DemoProcess demo =
        new DemoProcess(folder, environment, List.of(), "--signals", source, "--seconds", "30")) {
      assertThat(demo.await(Duration.ofSeconds(30))).as("%s", demo.output()).isEqualTo(2);
      assertThat(demo.output()).filteredOn(said -> said.contains("--signals")).hasSize(1);
      assertThat(String.join("\n", demo.output())).contains(line).doesNotContain("\tat ");
    }
  }

  private static boolean noneLeft(DemoProcess demo) {
    try {
      return demo.replicas().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }
}
