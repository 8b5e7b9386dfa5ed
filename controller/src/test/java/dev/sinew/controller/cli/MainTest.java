// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MainTest {
  @TempDir
  Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @ParameterizedTest
  @CsvSource({
    "demo --sekonds 5,--sekonds",
    "demo --seconds 0,'--seconds: 0 (expected: 30 to 3600)'",
    "demo --seconds 29,'--seconds: 29 (expected: 30 to 3600)'",
    "demo --seconds x,--seconds",
    "demo --seconds,--seconds",
    "demo --port 70000,'--port: 70000 (expected: 0 to 65535)'",
    "demo --trace nothing-here.csv,nothing-here.csv",
    "demo --json /etc/hostname/x.json,'--json: /etc/hostname/x.json (expected'",
    "demo --html /nowhere/at/all.html,'--html: /nowhere/at/all.html (expected'",
    "demo --json /nowhere/at/all.json,'--json: /nowhere/at/all.json (expected'",
    "demo extra,extra",
    "dmeo,dmeo",
    "--wat,--wat",
  })
  void wrong_input_is_one_line_and_status_2(String line, String part) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(part)
        .startsWith("sinew");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void no_command_is_wrong_input() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains("expected: demo");
  }

  @Test
  void a_garbled_trace_is_named_with_its_line() throws IOException {
    Path trace = folder.resolve("t.csv");
    Files.writeString(trace, "t_seconds,requests_per_second\n0,1\n1,many\n");

    assertThat(run("demo", "--trace", trace.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(trace + ":3: many (expected: requests_per_second to be a number");
  }

  @Test
  void a_taken_port_is_said_before_anything_starts() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertThat(run("demo", "--port", port)).isEqualTo(2);
      assertThat(err.toString().lines()).singleElement().asString().contains("--port: " + port);
    }
  }

  @Test
  void help_and_version_go_to_the_output() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("demo").contains("--version");
    assertThat(run("demo", "--help")).isZero();
    assertThat(out.toString())
        .contains("--seconds")
        .contains("--trace")
        .contains("--json")
        .contains("--port");
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).contains("sinew ").contains("java ");
    assertThat(err.toString()).isEmpty();
  }
}
