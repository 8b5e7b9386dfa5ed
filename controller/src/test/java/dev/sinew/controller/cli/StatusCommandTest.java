// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.api.ControllerServer;
import dev.sinew.controller.api.FakeFleet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class StatusCommandTest {
  @TempDir
  Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final FakeFleet fleet = FakeFleet.of(2);
  private ControllerServer server;

  @BeforeEach
  void start() throws IOException {
    server = ControllerServer.open(new ControllerServer.Settings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, List.of(), null));
    server.show(fleet);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(String... args) {
    return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private String url() {
    return server.url().toString();
  }

  @Test
  void status_shows_each_service_with_its_figures_and_its_last_change() {
    assertThat(run("status", "--once", "--url", url())).isZero();
    assertThat(out.toString())
        .contains("fleet.yaml   2 services, 7 of 7 replicas ready, no troubles")
        .contains("orders-2")
        .contains("3 of 3 (2-8)")
        .contains("2 → 3 at 2026-11-22T13:58:30Z 487.2 calls/s need 3.7 replicas");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void status_as_json_is_what_the_api_says() {
    assertThat(run("status", "--json", "--url", url())).isZero();
    JsonNode root = JsonMapper.shared().readTree(out.toString());
    assertThat(root.get("controller").get("file").stringValue()).isEqualTo("fleet.yaml");
    assertThat(root.get("services")).hasSize(2);
  }

  @Test
  void pause_and_resume_reach_the_fleet_with_who_and_why() {
    assertThat(run("pause", "orders", "--why", "release 4.2", "--by", "ann", "--url", url()))
        .isZero();
    assertThat(out.toString()).contains("orders: paused by ann: release 4.2");
    assertThat(run("status", "--once", "--url", url())).isZero();
    assertThat(out.toString()).contains("by ann: release 4.2");
    assertThat(run("pause", "--all", "--why", "fire", "--by", "ann", "--url", url()))
        .isZero();
    assertThat(run("resume", "--all", "--why", "out", "--by", "ann", "--url", url()))
        .isZero();
    assertThat(run("resume", "orders", "--why", "done", "--url", url())).isZero();
    assertThat(fleet.seen())
        .containsExactly(
            "pause orders by ann: release 4.2",
            "pause null by ann: fire",
            "resume null by ann: out",
            "resume orders by " + HoldOptions.userAtHost() + ": done");
  }

  @Test
  void what_is_missing_or_unknown_is_wrong_input() {
    assertThat(run("pause", "orders", "--url", url())).isEqualTo(2);
    assertThat(run("pause", "--why", "x", "--url", url())).isEqualTo(2);
    assertThat(run("pause", "orders", "--all", "--why", "x", "--url", url())).isEqualTo(2);
    assertThat(run("pause", "nobody", "--why", "x", "--url", url())).isEqualTo(2);
    assertThat(run("pause", "../../x", "--why", "x", "--url", url())).isEqualTo(2);
    assertThat(run("status", "--url", "ftp://x")).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(6).allMatch(line -> line.startsWith("sinew "));
    assertThat(fleet.seen()).isEmpty();
  }

  @Test
  void a_controller_that_does_not_run_is_one_line_and_status_1() {
    String url = url();
    server.close();
    assertThat(run("status", "--url", url)).isEqualTo(1);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("sinew status: the controller does not answer at " + url);
  }

  @Test
  void a_fleet_file_that_cannot_be_read_is_named() throws IOException {
    Path file = folder.resolve("fleet.yaml");
    Files.writeString(file, "services: 7\n");
    assertThat(run("status", "-f", file.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(file.toString())
        .contains("--url");
  }
}
