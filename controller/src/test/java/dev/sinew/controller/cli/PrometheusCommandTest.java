// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrometheusCommandTest {
  private static final String EXAMPLE = "../examples/fleet/minimal.yaml";

  @TempDir
  Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void config_prints_what_to_scrape() {
    assertThat(run("prometheus", "config", EXAMPLE)).isZero();
    assertThat(out.toString()).startsWith("#").contains("job_name: sinew-replicas");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void rules_follow_the_options() {
    assertThat(run(
            "prometheus",
            "rules",
            EXAMPLE,
            "--slo",
            "99.5%",
            "--slo=orders=99.95%",
            "--latency-slo",
            "98%",
            "--flapping",
            "9",
            "--runbook",
            "https://wiki.example/alerts"))
        .isZero();
    assertThat(out.toString())
        .contains("objective: \"99.5%\"", "objective: \"99.95%\"", "objective: \"98%\"")
        .contains("[1h])) > 9")
        .contains("runbook: https://wiki.example/alerts#sinewatmax")
        .doesNotContain("${");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void one_service_may_have_its_own_objective_beside_the_default() {
    assertThat(run("prometheus", "rules", EXAMPLE, "--slo", "orders=99%")).isZero();
    assertThat(out.toString())
        .contains("of: others, objective: \"99.9%\"")
        .contains("of: own, objective: \"99%\"");
  }

  @Test
  void output_goes_to_a_file() throws IOException {
    Path file = folder.resolve("rules.yml");

    assertThat(run("prometheus", "rules", EXAMPLE, "--output", file.toString())).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(Files.readString(file)).contains("groups:");
  }

  @Test
  void a_wrong_fleet_file_is_status_2_with_every_place() throws IOException {
    Path file = folder.resolve("fleet.yaml");
    Files.writeString(
        file, Files.readString(Path.of(EXAMPLE)).replace("max: 8", "max: 1").replace("70%", "70"));

    for (String what : new String[] {"config", "rules"}) {
      err.getBuffer().setLength(0);
      assertThat(run("prometheus", what, file.toString())).isEqualTo(2);
      assertThat(err.toString().lines())
          .hasSize(2)
          .allSatisfy(
              line -> assertThat(line).containsPattern("fleet\\.yaml:[0-9]+:[0-9]+ services"));
      assertThat(out.toString()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prometheus | no command (expected: config, rules, or --help)",
        "prometheus rules --slo 94% " + EXAMPLE + " | --slo: objective: 94%",
        "prometheus rules --slo orders.us=99% " + EXAMPLE
            + " | --slo: orders.us (expected: a service",
        "prometheus rules --flapping x " + EXAMPLE + " | --flapping",
        "prometheus rules --flapping 0 " + EXAMPLE + " | --flapping: 0 (expected: 1 to 1000)",
        "prometheus config --controller nowhere " + EXAMPLE + " | --controller: nowhere (expected",
        "prometheus config --output /nowhere/at/all " + EXAMPLE + " | --output: /nowhere/at/all",
        "prometheus config nothing-here.yaml | nothing-here.yaml",
        "prometheus configs | configs",
      })
  void wrong_input_is_one_line_and_status_2(String line, String part) {
    assertThat(run(line.split(" +"))).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains(part);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void help_says_what_each_option_is() {
    assertThat(run("prometheus", "rules", "--help")).isZero();
    assertThat(out.toString()).contains("--slo", "--latency-slo", "99.9%", "docs/alerts.md");
    assertThat(run("prometheus", "--help")).isZero();
    assertThat(out.toString()).contains("config", "rules");
  }
}
