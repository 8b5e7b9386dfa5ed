// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.decisions.DecisionLog;
import dev.sinew.controller.decisions.SimulatedRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ExplainCommandTest {
  private static final String FLEET = """
      controller:
        token: {env: NOT_SET_HERE}
        state: state
      services:
        orders:
          target: {process: {command: [java, -jar, orders.jar]}}
          replicas: {min: 2, max: 30}
          scale: [{metric: requests-per-replica, target: 50/s}]
        invoices:
          target: {process: {command: [java, -jar, invoices.jar]}}
          replicas: {min: 2, max: 30}
          scale: [{metric: cpu, target: 50%}]
      """;

  @TempDir
  Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String file = "";

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("fleet.yaml"), FLEET).toString();
    Path decisions = new StateFolder(folder.resolve("state")).decisions("orders");
    try (DecisionLog log = SimulatedRun.log(decisions, LogLimits.DEFAULTS)) {
      new SimulatedRun(4, log).ticks(600);
    }
  }

  @Test
  void it_explains_from_the_log_without_a_controller_and_without_secrets() {
    assertThat(run("explain", "orders", "-f", file)).isZero();
    assertThat(out.toString()).startsWith("orders: ").contains("is it running?", "  changes ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_broken_fleet_file_is_one_line_and_no_obstacle() throws IOException {
    Files.writeString(Path.of(file), "services: {orders: 5}");
    assertThat(run("explain", "orders", "-f", file)).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("fleet.yaml:1:", "--state FOLDER reads the log without it");
    assertThat(run("explain", "orders", "--state", folder.resolve("state").toString()))
        .isZero();
  }

  @Test
  void a_log_that_cannot_be_read_is_one_line() throws IOException {
    Path decisions = new StateFolder(folder.resolve("state")).decisions("orders");
    Files.createDirectory(decisions.resolve("decisions-99999999.log"));
    assertThat(run("explain", "orders", "-f", file)).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("decision log: " + decisions, "one that can be read");
  }

  @Test
  void the_last_changes_and_json_are_for_the_asking() {
    assertThat(run("explain", "orders", "-f", file, "--last", "3")).isZero();
    assertThat(out.toString().lines()).hasSize(3).allMatch(line -> line.contains(" → "));
    out.getBuffer().setLength(0);
    assertThat(run("explain", "orders", "-f", file, "--json", "--at", "2026-01-01T12:02:00Z"))
        .isZero();
    assertThat(JsonMapper.shared().readTree(out.toString()).path("service").stringValue())
        .isEqualTo("orders");
  }

  @Test
  void a_replay_with_the_logged_settings_is_identical_and_with_others_is_not() {
    assertThat(run("explain", "orders", "-f", file, "--replay")).isZero();
    assertThat(out.toString()).contains("by the logged settings, all alike");
    out.getBuffer().setLength(0);
    assertThat(run("explain", "orders", "-f", file, "--replay", file)).isEqualTo(1);
    assertThat(out.toString()).contains("by the settings of " + file, " differ");
    out.getBuffer().setLength(0);
    assertThat(run("explain", "orders", "-f", file, "--replay", file, "--json")).isEqualTo(1);
    assertThat(JsonMapper.shared().readTree(out.toString()).path("differing").intValue())
        .isPositive();
  }

  @Test
  void no_log_yet_is_one_line() {
    assertThat(run("explain", "invoices", "-f", file)).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("sinew explain: invoices has no decision in the log (sinew run writes it)\n");
    assertThat(run("explain", "orders", "-f", file, "--at", "2020-01-01T00:00:00Z"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("no decision in the log before 2020-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "order,'SERVICE: order (expected: one of invoices, orders; did you mean orders?)'",
    "xyz,'SERVICE: xyz (expected: one of invoices, orders)'",
    "../orders,'SERVICE: ../orders (expected'",
    "orders --at noon,'--at: time: noon (expected: 2026-11-22T14:03:20Z'",
    "orders --last 0,'--last: 0 (expected: 1 to 10000)'",
    "orders --last x,--last",
    "orders --replay --last 3,'--replay: it replays the whole log'",
    "orders --replay /nowhere.yaml,/nowhere.yaml",
    "orders extra,extra",
  })
  void wrong_input_is_one_line_and_status_2(String arguments, String part) {
    assertThat(run(("explain -f " + file + " " + arguments).split(" "))).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains(part);
    assertThat(out.toString()).isEmpty();
  }

  private int run(String... args) {
    return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }
}
