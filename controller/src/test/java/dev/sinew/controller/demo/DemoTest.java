// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("demo")
final class DemoTest {
  /** Time bounds are judged on a quiet machine; here they may be this many times as long. */
  private static final double NOISE = 2;

  @TempDir
  Path folder;

  @Test
  void the_fleet_follows_the_load_and_no_call_fails() throws Exception {
    JsonNode result = run(0, "--json", folder.resolve("out.json").toString());

    assertThat(result.at("/schema").asString()).isEqualTo("sinew-demo");
    assertThat(result.at("/version").asInt()).isEqualTo(1);
    assertThat(result.at("/calls/total").asInt()).isGreaterThanOrEqualTo(10_000);
    assertThat(result.at("/calls/failed").asInt()).isZero();
    assertThat(result.at("/calls/ok").asInt())
        .isEqualTo(result.at("/calls/total").asInt());
    assertThat(result.at("/calls/deadlineMillis").asInt()).isEqualTo(5000);
    assertThat(result.at("/latencyMillis/p50").asDouble()).isBetween(20.0, 100.0);
    assertThat(result.at("/replicas/peak").asInt()).isGreaterThanOrEqualTo(4);
    assertThat(result.at("/replicas/final").asInt())
        .isEqualTo(result.at("/replicas/min").asInt());
    assertThat(result.at("/faults/0/kind").asString()).isEqualTo("kill -9");
    assertThat(result.at("/faults/0/replica").asString()).startsWith("orders");
    assertThat(result.at("/stepToDecisionSeconds").asDouble()).isBetween(0.1, 3 * NOISE);
    assertThat(result.at("/decisionToTrafficSeconds").asDouble()).isBetween(0.1, 5 * NOISE);
    assertThat(result.at("/stepToRecoverySeconds").asDouble()).isBetween(0.0, 10 * NOISE);
    assertThat(result.at("/machine/processors").asInt()).isPositive();
    assertThat(result.at("/versions/java").asString()).isNotEmpty();
    assertDecisionsExplained(result);
    assertSeriesAddsUp(result);
  }

  @Test
  void a_trace_is_replayed() throws Exception {
    StringBuilder trace = new StringBuilder("t_seconds,requests_per_second\n");
    for (int second = 0; second < 600; second += 10) {
      trace
          .append(second)
          .append(',')
          .append(20 + 60 * Math.exp(-Math.pow((second - 300) / 120.0, 2)));
      trace.append('\n');
    }
    Path file = Files.writeString(folder.resolve("hump.csv"), trace);

    JsonNode result = run(
        0,
        "--trace",
        file.toString(),
        "--seconds",
        "45",
        "--json",
        folder.resolve("out.json").toString());

    assertThat(result.at("/calls/failed").asInt()).isZero();
    assertThat(result.at("/replicas/peak").asInt()).isGreaterThanOrEqualTo(4);
    assertThat(result.at("/stepToDecisionSeconds").isNull()).isTrue();
    assertThat(result.at("/faults")).isEmpty();
  }

  @Test
  void ctrl_c_leaves_no_process_and_no_port() throws Exception {
    assertNothingIsLeftAfter("INT", true);
  }

  @Test
  void sigterm_leaves_no_process_and_no_port() throws Exception {
    assertNothingIsLeftAfter("TERM", false);
  }

  @Test
  void kill_9_of_the_controller_leaves_no_process_and_no_port() throws Exception {
    assertNothingIsLeftAfter("KILL", false);
  }

  @Test
  void ctrl_c_while_the_fleet_starts_leaves_nothing() throws Exception {
    try (DemoProcess demo = new DemoProcess(folder, "--seconds", "30")) {
      assertThat(demo.printed("Registry:", Duration.ofSeconds(30)))
          .as("%s", demo.output())
          .isTrue();
      demo.signal("INT", true);
      assertGone(demo);
    }
  }

  private void assertNothingIsLeftAfter(String signal, boolean group) throws Exception {
    try (DemoProcess demo = new DemoProcess(folder, "--seconds", "60")) {
      assertThat(demo.printed("ready 2/2", Duration.ofSeconds(60)))
          .as("%s", demo.output())
          .isTrue();
      assertThat(demo.replicas()).hasSizeGreaterThanOrEqualTo(2);
      List<Integer> ports = demo.replicaPorts();
      assertThat(ports).hasSizeGreaterThanOrEqualTo(2).allMatch(DemoProcess::open);
      demo.signal(signal, group);
      assertGone(demo);
      assertThat(ports).noneMatch(DemoProcess::open);
    }
  }

  /** All of it within 5 s of the signal. */
  private static void assertGone(DemoProcess demo) throws Exception {
    boolean gone = DemoProcess.until(() -> !demo.alive() && noneLeft(demo), Duration.ofSeconds(5));
    assertThat(gone).as("left: %s, said: %s", demo.replicas(), tail(demo)).isTrue();
    assertThat(DemoProcess.open(demo.registryPort())).isFalse();
    assertThat(demo.output()).noneMatch(line -> line.contains("Exception"));
  }

  private static boolean noneLeft(DemoProcess demo) {
    try {
      return demo.replicas().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private JsonNode run(int status, String... arguments) throws Exception {
    try (DemoProcess demo = new DemoProcess(folder, arguments)) {
      assertThat(demo.await(Duration.ofSeconds(150))).as("%s", tail(demo)).isEqualTo(status);
      System.out.println(String.join("\n", summary(demo)));
      assertThat(DemoProcess.until(() -> noneLeft(demo), Duration.ofSeconds(5)))
          .as("left: %s", demo.replicas())
          .isTrue();
      return JsonMapper.builder().build().readTree(folder.resolve("out.json").toFile());
    }
  }

  private static List<String> summary(DemoProcess demo) {
    List<String> lines = demo.output();
    return lines.subList(Math.max(0, lines.indexOf("Summary")), lines.size());
  }

  private static List<String> tail(DemoProcess demo) {
    List<String> lines = demo.output();
    return lines.subList(Math.max(0, lines.size() - 30), lines.size());
  }

  private static void assertDecisionsExplained(JsonNode result) {
    assertThat(result.at("/decisions").size()).isGreaterThanOrEqualTo(3);
    for (JsonNode decision : result.at("/decisions")) {
      assertThat(decision.at("/from").asInt()).isNotEqualTo(decision.at("/to").asInt());
      assertThat(decision.at("/reasons")).isNotEmpty();
      for (JsonNode reason : decision.at("/reasons")) {
        assertThat(reason.at("/rule").asString()).matches("[a-z-]+");
        assertThat(reason.at("/because").asString()).isNotBlank();
      }
    }
  }

  private static void assertSeriesAddsUp(JsonNode result) {
    int offered = 0;
    int second = 0;
    for (JsonNode point : result.at("/series")) {
      assertThat(point.at("/second").asInt()).isEqualTo(second++);
      offered += point.at("/offered").asInt();
    }
    assertThat(offered).isEqualTo(result.at("/calls/total").asInt());
  }
}
