// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sinew.haproxy.server.HaproxyServer;
import dev.sinew.haproxy.socket.HaproxyException.Reason;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("haproxy")
@Timeout(60)
class RealSocketTest {
  private static final String CONFIGURATION = HaproxyServer.GLOBAL + """
            stats socket ipv4@127.0.0.1:${port:api} level admin
            stats socket "${dir}/user.sock" mode 600 level user
          defaults
            mode http
            timeout connect 500ms
            timeout client 10s
            timeout server 10s
          frontend web
            bind 127.0.0.1:${port:web}
            default_backend be
          backend be
          """;

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void it_is_asked_over_unix_and_tcp(String program) throws Exception {
    try (HaproxyServer server = HaproxyServer.start(program, CONFIGURATION)) {
      HaproxySocket unix = HaproxySocket.at(server.socket());
      HaproxySocket tcp = HaproxySocket.at("tcp://127.0.0.1:" + server.port("api"));
      assertThat(unix.version()).isEqualTo(tcp.version());
      assertThat(unix.version().atLeast(3, 0)).isEqualTo(program.equals("haproxy3"));
      assertThat(unix.version().atLeast(2, 6)).isTrue();
      assertThat(tcp.ask("show version;show servers state be")).contains("srv_addr");
      assertThat(server.check()).isEmpty();
    }
  }

  @Test
  void it_survives_a_reload_and_a_kill() throws Exception {
    try (HaproxyServer server = HaproxyServer.start(CONFIGURATION)) {
      long first = server.pid();
      server.reload();
      assertThat(server.pid()).isNotEqualTo(first);
      server.kill();
      assertThat(trouble(HaproxySocket.at(server.socket())).reason()).isEqualTo(Reason.UNREACHABLE);
      server.start();
      assertThat(server.ask("show version")).startsWith("2.6");
    }
  }

  @Test
  void a_frozen_one_costs_the_time_out() throws Exception {
    try (HaproxyServer server = HaproxyServer.start(CONFIGURATION)) {
      HaproxySocket socket = HaproxySocket.at(server.socket()).within(Duration.ofMillis(100));
      server.freeze();
      HaproxyException trouble = trouble(socket);
      server.thaw();
      assertThat(trouble.reason()).isEqualTo(Reason.TIMEOUT);
      assertThat(trouble).hasMessageContaining("within 100 ms");
    }
  }

  @Test
  void a_socket_of_level_user_is_told_of() throws Exception {
    try (HaproxyServer server = HaproxyServer.start(CONFIGURATION)) {
      String path = server.socket().replace("h.sock", "user.sock");
      HaproxyException trouble = catchThrowableOfType(
          HaproxyException.class,
          () -> HaproxySocket.at(path).ask("show version;add server be/x 127.0.0.1:1"));
      assertThat(trouble.reason()).isEqualTo(Reason.FORBIDDEN);
      assertThat(trouble).hasMessageContaining("level admin");
    }
  }

  @Test
  void a_web_server_is_no_haproxy() throws Exception {
    try (HaproxyServer server = HaproxyServer.start(CONFIGURATION)) {
      HaproxyException trouble = trouble(HaproxySocket.at("tcp://127.0.0.1:" + server.port("web")));
      assertThat(trouble.reason()).isEqualTo(Reason.FOREIGN);
    }
  }

  @Test
  void a_missing_socket_is_told_of(@TempDir Path folder) throws Exception {
    HaproxyException trouble = trouble(HaproxySocket.at("unix:" + folder.resolve("none")));
    assertThat(trouble.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(trouble).hasMessageContaining("no such file");
    Files.writeString(folder.resolve("file"), "");
    assertThat(trouble(HaproxySocket.at("unix:" + folder.resolve("file"))).reason())
        .isEqualTo(Reason.UNREACHABLE);
  }

  @Test
  void an_endless_answer_is_cut() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread endless = new Thread(() -> pour(listener));
      endless.start();
      HaproxyException trouble =
          trouble(HaproxySocket.at("tcp://127.0.0.1:" + listener.getLocalPort())
              .within(Duration.ofSeconds(30)));
      assertThat(trouble.reason()).isEqualTo(Reason.FOREIGN);
      assertThat(trouble).hasMessageContaining("16 MiB");
      endless.join();
    }
  }

  private static void pour(ServerSocket listener) {
    byte[] block = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    try (Socket client = listener.accept()) {
      for (int i = 0; i < 1_000; i++) {
        client.getOutputStream().write(block);
      }
    } catch (java.io.IOException e) {
      // The reader has gone away, as it should.
      return;
    }
  }

  private static HaproxyException trouble(HaproxySocket socket) {
    HaproxyException trouble = catchThrowableOfType(HaproxyException.class, socket::version);
    assertThat(trouble).as("%s", socket).isNotNull();
    return trouble;
  }
}
