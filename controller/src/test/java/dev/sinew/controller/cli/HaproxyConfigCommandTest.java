// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.TestServers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HaproxyConfigCommandTest {
  private static final String EXAMPLE = "../examples/haproxy/fleet.yaml";
  private static final String FLEET = """
      haproxy: {socket: ["unix:a.sock", "tcp://127.0.0.1:9901"], metrics: "127.0.0.1:8405"}
      services:
        orders:
          target: {process: {command: [orders], port-env: PORT}}
          replicas: {min: 2, max: 4}
          scale: [{metric: requests-per-replica, target: 100/s}]
          haproxy: {listen: "127.0.0.1:8080", balance: leastconn, slow-start: 10s}
        web:
          target: {process: {command: [web], port-env: PORT}}
          replicas: {min: 2, max: 4}
          scale: [{metric: requests-per-replica, target: 100/s}]
          health: {check: http, path: /health}
          haproxy: {listen: "127.0.0.1:8081", protocol: http, retry: idempotent}
        hidden:
          target: {process: {command: [hidden], port-env: PORT}}
          replicas: {min: 2, max: 4}
          scale: [{metric: requests-per-replica, target: 100/s}]
          haproxy: {backend: theirs}
      """;

  @TempDir
  private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private String fleet(String text) throws IOException {
    return Files.writeString(folder.resolve("fleet.yaml"), text).toString();
  }

  @Test
  void a_fleets_doors_become_a_configuration() throws IOException {
    assertThat(run("haproxy", "config", fleet(FLEET))).as(err.toString()).isZero();
    assertThat(out.toString().lines())
        .contains(
            "  stats socket '" + folder + "/a.sock' mode 600 level admin expose-fd listeners",
            "  bind 127.0.0.1:8405",
            "frontend orders.door",
            "  bind 127.0.0.1:8080 proto h2",
            "  balance leastconn",
            "  retry-on conn-failure",
            "frontend web.door",
            "  bind 127.0.0.1:8081",
            "  http-check send meth GET uri '/health' ver HTTP/1.1 hdr Host web",
            "  retry-on conn-failure empty-response");
    assertThat(out.toString()).doesNotContain("theirs").doesNotContain("hidden");
  }

  @Test
  void each_of_several_haproxies_gets_its_own() throws IOException {
    Path output = folder.resolve("haproxy.cfg");
    String file = fleet(FLEET);
    assertThat(run("haproxy", "config", file, "--number", "2", "-o", output.toString()))
        .isZero();
    assertThat(Files.readString(output))
        .contains("stats socket 127.0.0.1:9901 level admin")
        .doesNotContain("a.sock");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void what_cannot_be_done_is_one_line_and_status_2() throws IOException {
    refused("--number: 3 (expected: 1 to 2)", fleet(FLEET), "--number", "3");
    refused("--output: ", fleet(FLEET), "-o", folder.toString());
    refused("haproxy: missing", "../examples/fleet/minimal.yaml");
    refused("services.*.haproxy.listen: missing", fleet(FLEET.replaceAll("listen: [^,}]*,?", "")));
    refused("services.web.haproxy.listen: ", fleet(FLEET.replace("8081", "8080")));
    refused("no-such-file.yaml", folder + "/no-such-file.yaml");
    refused("services.web.haproxy", fleet(FLEET.replace("8081\"", "8081\", backend: orders")));
  }

  private void refused(String part, String... arguments) {
    err.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 2];
    all[0] = "haproxy";
    all[1] = "config";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    assertThat(run(all)).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains(part);
  }

  @Test
  void without_a_command_it_says_which_there_are() {
    assertThat(run("haproxy")).isEqualTo(2);
    assertThat(err.toString()).contains("sinew haproxy: no command (expected: config");
  }

  @Test
  void the_examples_fleet_file_is_right() {
    assertThat(run("check", EXAMPLE)).as(out.toString()).isZero();
  }

  @Tag("haproxy")
  @Test
  void haproxy_takes_the_configurations() throws Exception {
    for (String file : new String[] {EXAMPLE, fleet(FLEET)}) {
      Path output = folder.resolve("haproxy.cfg");
      assertThat(run("haproxy", "config", file, "-o", output.toString())).isZero();
      Process check = new ProcessBuilder(
              TestServers.program("haproxy").toString(), "-c", "-f", output.toString())
          .redirectErrorStream(true)
          .start();
      String said = new String(check.getInputStream().readAllBytes(), UTF_8);
      assertThat(check.waitFor()).as(said).isZero();
      assertThat(said).doesNotContain("[WARNING]");
    }
  }
}
