// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.TestServers;
import dev.sinew.controller.config.FleetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus' own tool reads what is written, and runs the rules over made-up hours. */
@Tag("prometheus")
final class PromtoolTest {
  private static final Path CASES = Path.of("src/test/resources/dev/sinew/controller/prometheus");

  @TempDir
  Path folder;

  private String promtool(String... arguments) throws IOException, InterruptedException {
    List<String> command = Stream.concat(
            Stream.of(TestServers.program("promtool").toString()), Stream.of(arguments))
        .toList();
    Path output = folder.resolve("output");
    Process process = new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    if (!process.waitFor(300, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("promtool does not end");
    }
    String said = Files.readString(output, UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private void write(FleetConfig fleet) throws IOException {
    Files.writeString(
        folder.resolve("sinew.rules.yml"),
        new AlertRules(
                List.of(Objective.parse("99.9%")),
                List.of(Objective.parse("99%")),
                6,
                "docs/alerts.md")
            .text(fleet));
    Files.writeString(
        folder.resolve("prometheus.yml"),
        new ScrapeConfig("", "sinew.token", "sinew.rules.yml").text(fleet));
    Files.writeString(folder.resolve("sinew.token"), "secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full", "backup", "consul"})
  void configuration_and_rules_of_every_example_are_clean(String name)
      throws IOException, InterruptedException {
    write(Fleets.read(Path.of("../examples/fleet/" + name + ".yaml")));

    assertThat(promtool("check", "config", "prometheus.yml"))
        .containsPattern("SUCCESS: .*prometheus.yml is valid")
        .containsPattern("SUCCESS: \\d+ rules found")
        .doesNotContain("duplicate", "FAILED", "WARNING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"budgets", "fleet", "clients", "hours"})
  void each_alert_comes_when_it_should_and_only_then(String name)
      throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("rules.yml"), Fleets.rules().text(Fleets.read(folder, Fleets.TWO)));
    Files.copy(CASES.resolve(name + ".test.yml"), folder.resolve("cases.yml"));

    assertThat(promtool("test", "rules", "cases.yml")).contains("SUCCESS");
  }

  @Test
  void a_thousand_services_are_one_file_that_promtool_accepts()
      throws IOException, InterruptedException {
    StringBuilder fleet = new StringBuilder("services:\n");
    for (int i = 0; i < 1000; i++) {
      fleet.append("""
            service-%d:
              target: {process: {command: [java]}}
              replicas: {min: 2, max: 8}
              scale: [{metric: utilization, target: %d%%}]
          """.formatted(i, 50 + i % 40));
    }
    write(Fleets.read(folder, fleet.toString()));

    assertThat(promtool("check", "config", "prometheus.yml")).doesNotContain("FAILED");
  }
}
