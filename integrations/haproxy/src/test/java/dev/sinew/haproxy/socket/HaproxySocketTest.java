// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HaproxySocketTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unix:/run/haproxy.sock",
        "unix:haproxy.sock",
        "tcp://127.0.0.1:9901",
        "tcp://127.0.9.1:9901",
        "tcp://[::1]:9901",
        "tcp://localhost:9901"
      })
  void an_address_is_kept_as_it_was_written(String address) {
    assertThat(HaproxySocket.at(address)).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unix:",
        "unix:/a\nb",
        "/run/haproxy.sock",
        "http://127.0.0.1:1",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:70000",
        "tcp://a@127.0.0.1:1",
        "tcp://127.0.0.1:1/x",
        "tcp://127.0.0.1:1?x",
        "tcp://127.0.0.999:1",
        "tcp://10.0.0.1:9901",
        "tcp://127.0.0.1.example.org:1",
        "tcp://example.org:9901",
        "tcp://[::ffff:10.0.0.1]:1"
      })
  void another_address_is_refused(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HaproxySocket.at(address))
        .withMessageStartingWith("haproxy.socket: ");
  }

  @Test
  void a_path_that_the_kernel_would_cut_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HaproxySocket.at("unix:/" + "x".repeat(107)));
  }

  @Test
  void a_network_is_only_used_when_told() {
    assertThat(HaproxySocket.anywhere("tcp://10.0.0.1:9901")).hasToString("tcp://10.0.0.1:9901");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "show info\ndel server a/b", "show\tinfo", "é", "a\0b"})
  void a_command_that_could_be_two_is_refused(String command) {
    HaproxySocket socket = HaproxySocket.at("unix:/nowhere");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> socket.ask(command))
        .withMessageStartingWith("haproxy.command: ");
  }
}
