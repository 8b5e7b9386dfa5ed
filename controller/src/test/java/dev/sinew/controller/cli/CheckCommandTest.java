// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.FleetSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class CheckCommandTest {
  private static final String EXAMPLE = "../examples/fleet/minimal.yaml";
  private static final String BROKEN = """
      services:
        orders:
          target: {process: {command: [java], env: {TOKEN: canary-4711}}}
          replicas: {min: 3, max: 2}
          scale: [{metric: cpu, target: 70}]
      """;

  @TempDir
  Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private Path broken() throws IOException {
    return Files.writeString(folder.resolve("fleet.yaml"), BROKEN);
  }

  @Test
  void a_right_file_is_status_0_and_one_line() {
    assertThat(run("check", EXAMPLE)).isZero();
    assertThat(out.toString().lines()).containsExactly(EXAMPLE + ": right; 1 service");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_risky_file_is_status_0_and_shows_its_warnings() throws IOException {
    Path file = folder.resolve("fleet.yaml");
    Files.writeString(file, Files.readString(Path.of(EXAMPLE)).replace("min: 2", "min: 1"));

    assertThat(run("check", file.toString())).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            file + ":6:21 warning: services.orders.replicas.min: 1"
                + " (expected: ≥ 2, as one replica has nobody to take over)",
            file + ": right; 1 service, 1 warning");
  }

  @Test
  void a_wrong_file_is_status_2_and_shows_every_problem() throws IOException {
    Path file = broken();

    assertThat(run("check", file.toString())).isEqualTo(2);
    assertThat(out.toString().lines())
        .containsExactly(
            file + ":3:54 warning: services.orders.target.process.env.TOKEN: (hidden)"
                + " (expected: {env: TOKEN}, which keeps a secret out of the file)",
            file + ":4:29 services.orders.replicas.max: 2 (expected: ≥ min 3)",
            file + ":5:35 services.orders.scale[0].target: 70 (expected: a share as 70% or 0.7)",
            file + ": 2 errors, 1 warning");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void as_json_it_is_the_same_in_parts() throws IOException {
    Path file = broken();

    assertThat(run("check", file.toString(), "--json")).isEqualTo(2);
    JsonNode problems = new JsonMapper().readTree(out.toString()).get("problems");
    assertThat(problems).hasSize(3);
    assertThat(problems.get(1).propertyNames())
        .containsExactly("file", "line", "column", "path", "message", "severity");
    assertThat(problems.get(0).get("severity").asString()).isEqualTo("warning");
    JsonNode second = problems.get(1);
    assertThat(second.get("file").asString()).isEqualTo(file.toString());
    assertThat(List.of(second.get("line").asInt(), second.get("column").asInt()))
        .containsExactly(4, 29);
    assertThat(second.get("path").asString()).isEqualTo("services.orders.replicas.max");
    assertThat(second.get("message").asString()).isEqualTo("2 (expected: ≥ min 3)");
    assertThat(second.get("severity").asString()).isEqualTo("error");
    assertThat(out.toString()).doesNotContain("canary");
  }

  @Test
  void a_right_file_as_json_has_no_problems() {
    assertThat(run("check", "--json", EXAMPLE)).isZero();
    assertThat(out.toString().strip()).isEqualTo("{\"problems\":[]}");
  }

  @Test
  void what_is_no_file_is_status_2_without_a_stack_trace() {
    for (String name : List.of("nothing-here.yaml", folder.toString(), "/dev/null", "")) {
      assertThat(run("check", name)).as(name).isEqualTo(2);
    }
    assertThat(out.toString())
        .contains(" no such file ")
        .contains(" a folder ")
        .contains(" a pipe, ");
    assertThat(out + err.toString()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void the_schema_is_printed_as_it_is() {
    assertThat(run("schema")).isZero();
    assertThat(out.toString()).isEqualTo(FleetSchema.text());
  }

  @Test
  void two_hundred_broken_files_are_each_status_2_with_a_place_and_no_stack_trace()
      throws IOException {
    Path file = folder.resolve("fleet.yaml");
    Path cases = Path.of("src/test/resources/dev/sinew/controller/config/broken.txt");
    int refused = 0;
    for (String text : Files.readString(cases).split("(?m)^=== .*$", -1)) {
      Files.writeString(file, text.replaceAll("(?m)^> .*\n?", ""));
      out.getBuffer().setLength(0);
      int status = run("check", file.toString());
      assertThat(status).as(text).isIn(0, 2);
      assertThat(out + err.toString()).as(text).doesNotContain("\tat ", "Exception");
      if (status == 2) {
        assertThat(out.toString()).as(text).containsPattern("fleet\\.yaml:[0-9]+:[0-9]+ ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(190);
  }
}
