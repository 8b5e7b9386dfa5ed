// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RunCommandTest {
  @TempDir
  private Path folder = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void a_state_folder_that_cannot_be_made_is_one_line_and_status_2() throws IOException {
    Files.writeString(folder.resolve("full"), "");
    assertThat(run("controller: {state: full/state}")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("sinew run: controller.state: " + folder.resolve("full/state"))
        .contains("(expected: a folder that can be made and written; ");
  }

  @Test
  void more_replicas_than_a_machine_is_asked_for_are_one_line_and_status_2() throws IOException {
    assertThat(run("registry: embedded", "1001")).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("fleet.yaml:5:", "services.orders.replicas.max: 1001 (expected: 1 to 1000)");
  }

  private int run(String first) throws IOException {
    return run(first, "8");
  }

  private int run(String first, String most) throws IOException {
    Path file = Files.writeString(folder.resolve("fleet.yaml"), first + "\n" + """
            services:
              orders:
                target: {process: {command: ["false"]}}
                replicas: {min: 2, max: %s}
                scale: [{metric: cpu, target: 70%%}]
            """.formatted(most));
    return Main.run(
        new String[] {"run", file.toString()},
        new PrintWriter(out, true),
        new PrintWriter(err, true));
  }
}
