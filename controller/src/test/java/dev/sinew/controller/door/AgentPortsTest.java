// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.haproxy.agent.AgentResponder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentPortsTest {
  @TempDir
  private Path folder = Path.of("");

  private int port() {
    try (AgentResponder responder =
        new AgentPorts(folder.resolve("doors")).start("orders", Map::of)) {
      return responder.port();
    }
  }

  private Path file() {
    return folder.resolve("doors").resolve("orders.port");
  }

  @Test
  void a_port_is_the_same_after_a_restart() {
    assertThat(port()).isBetween(20_000, 29_999).isEqualTo(port());
    assertThat(file()).isNotEmptyFile();
  }

  @Test
  void of_two_at_once_each_keeps_its_own() {
    int second;
    int first;
    try (AgentResponder responder = new AgentPorts(folder.resolve("a")).start("orders", Map::of)) {
      first = responder.port();
      second = port();
    }
    assertThat(second).isNotEqualTo(first);
    assertThat(port()).isEqualTo(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "30000", "-2000", "twenty", "99999999999"})
  void a_file_that_was_spoilt_is_as_none(String text) throws IOException {
    int before = port();
    Files.writeString(file(), text);
    assertThat(port()).isEqualTo(before);
    assertThat(file()).hasContent(Integer.toString(before));
  }
}
