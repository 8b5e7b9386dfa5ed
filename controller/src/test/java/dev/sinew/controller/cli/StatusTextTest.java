// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class StatusTextTest {
  private static final String CONTROLLER = """
      {"version":"1","startedAt":"2026-11-22T14:00:00Z","file":"fleet.yaml",
       "fileLoadedAt":"2026-11-22T14:00:00Z","fileProblems":["fleet.yaml:3:1 x: y (expected: z)"],
       "hold":{"by":"ann","why":"fire","since":"2026-11-22T14:01:00Z"},"dryRun":true,"epoch":1,
       "logFailures":0,"troubles":["The disk is full."]}""";

  @Test
  void what_is_unusual_stands_above_the_services() {
    assertThat(lines(service("orders", "running", "[]")))
        .containsSubsequence(
            "! The changed fleet.yaml is refused; what was read at 2026-11-22T14:00:00Z stays in force: "
                + "fleet.yaml:3:1 x: y (expected: z)",
            "! The disk is full.",
            "= All services are paused since 2026-11-22T14:01:00Z by ann: fire",
            "= Dry run: the controller decides and explains, and touches nothing.");
  }

  @Test
  void unknown_is_a_dash_and_troubles_come_first() {
    List<String> lines =
        lines(service("good", "running", "[]") + "," + service("bad", "running", "[\"silent\"]"));
    assertThat(lines.get(0)).contains("2 services, 2 of 4 replicas ready, 1 with troubles");
    List<String> rows = lines.subList(lines.indexOf("") + 2, lines.size());
    assertThat(rows.get(0)).startsWith("bad ").contains(" -      -  none yet");
    assertThat(rows.get(1)).isEqualTo("  ! silent");
    assertThat(rows.get(2)).startsWith("good ");
  }

  @Test
  void a_terminal_is_told_nothing_but_text() {
    List<String> lines = lines(service("x", "\\u001b[2Jrunning\\u202e", "[\"\\u0007\\u009b31m\"]"));
    assertThat(String.join("", lines))
        .doesNotContain("\u001b")
        .doesNotContain("\u0007")
        .doesNotContain("\u009b")
        .doesNotContain("\u202e");
  }

  @Test
  void a_frame_is_drawn_over_the_one_before_and_fits_the_terminal() {
    StringWriter out = new StringWriter();
    Frame frame = new Frame(new PrintWriter(out), 10, 4);
    frame.draw(List.of("a", "b".repeat(50), "c", "d", "e"));
    assertThat(out.toString()).contains("bbbbbbbbb…").contains("… 3 more ").doesNotContain("d");
    out.getBuffer().setLength(0);
    frame.draw(List.of("a"));
    assertThat(out.toString()).startsWith("\u001b[3A").contains("\u001b[2K\n\u001b[2K\n");
  }

  private static List<String> lines(String services) {
    JsonMapper json = JsonMapper.shared();
    JsonNode controller = json.readTree(CONTROLLER);
    return StatusText.lines(controller, json.readTree("{\"services\":[" + services + "]}"));
  }

  private static String service(String name, String state, String troubles) {
    return "{\"name\":\"" + name + "\",\"state\":\"" + state
        + "\",\"min\":1,\"max\":4,\"desired\":2,\"ready\":1,\"callsPerSecond\":null,"
        + "\"utilization\":null,\"lastDecision\":null,\"hold\":null,\"troubles\":" + troubles + "}";
  }
}
