// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.controller.config.FleetFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Opened, but never begun: no loop, no replica. */
@Tag("grpc")
@Timeout(30)
class FleetProgramTest {
  private final List<FleetEvent> told = new CopyOnWriteArrayList<>();

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_port_that_is_taken_is_said_in_one_line_and_frees_the_state() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FleetFile read = read(taken.getLocalPort());
      assertThatThrownBy(() -> open(read))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("controller.listen: 127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("a free port")
          .hasMessageNotContaining("\n");
    }
    open(read(0)).close();
  }

  @Test
  void a_chosen_port_that_is_taken_later_is_said_with_where_it_was_kept() throws IOException {
    open(read(0)).close();
    Path kept = folder.resolve(".sinew/fleet/port");
    int port = Integer.parseInt(Files.readString(kept).strip());
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> open(read(0)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("controller.listen: 127.0.0.1:" + port)
          .hasMessageContaining(kept.toString());
    }
  }

  @Test
  void told_to_end_before_it_begins_it_does_not_begin() throws IOException {
    FleetFile read = read(0);
    FleetProgram program = open(read);
    program.close();
    program.begin(read);
    assertThat(folder.resolve(".sinew/fleet/controller.json")).doesNotExist();
    assertThat(folder.resolve(".sinew/fleet/services")).doesNotExist();
    assertThat(program.farewell()).isEqualTo("Ended.");
  }

  private FleetProgram open(FleetFile read) throws IOException {
    return FleetProgram.open(
        folder.resolve("fleet.yaml"), read, false, "test", folder.resolve("cache"), told::add);
  }

  private FleetFile read(int port) throws IOException {
    Path file = Files.writeString(folder.resolve("fleet.yaml"), """
        controller: {listen: "127.0.0.1:%d", state: .sinew/fleet}
        services:
          orders:
            target: {process: {command: ["false"]}}
            replicas: {min: 2, max: 8}
            scale: [{metric: cpu, target: 70%%}]
        """.formatted(port));
    return FleetFile.read(file, Map.of());
  }
}
