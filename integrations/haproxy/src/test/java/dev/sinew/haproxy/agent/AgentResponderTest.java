// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.load.LoadReport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets, with HAProxy's side played. */
@Tag("haproxy")
@Timeout(30)
final class AgentResponderTest {
  private static final LoadReport HALF = new LoadReport(0.5, 0.5, 0.1, 100, 0, 1, 0, -1, -1, false);
  private static final LoadReport FULL = new LoadReport(1, 1, 0.1, 100, 0, 1, 0, -1, -1, false);
  private static final Map<String, LoadReport> REPORTS = Map.of("a", HALF, "b", HALF, "c", FULL);

  private static Socket connect(AgentResponder responder) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), responder.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String ask(AgentResponder responder, String question) throws IOException {
    try (Socket socket = connect(responder)) {
      socket.getOutputStream().write(question.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void a_server_is_weighed_by_its_replicas_load() throws IOException {
    try (AgentResponder responder = AgentResponder.start(0, () -> REPORTS)) {
      assertThat(ask(responder, AgentResponder.question("sinew.a"))).isEqualTo("up 100%\n");
      assertThat(ask(responder, AgentResponder.question("sinew.c"))).isEqualTo("up 50%\n");
      assertThat(ask(responder, "c\n")).isEqualTo("up 50%\n");
      assertThat(ask(responder, AgentResponder.question("sinew.who"))).isEqualTo("up 100%\n");
      assertThat(responder.refused()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "\n", "a b!", "GET / HTTP/1.1\r\n", "é!", "aaaaaaaaaa;!"})
  void what_is_no_name_gets_no_answer(String question) throws IOException {
    try (AgentResponder responder = AgentResponder.start(0, () -> REPORTS)) {
      assertThat(silent(responder, question)).isTrue();
      assertThat(responder.refused()).isEqualTo(1);
    }
  }

  @Test
  void a_name_without_end_gets_no_answer() throws IOException {
    try (AgentResponder responder = AgentResponder.start(0, () -> REPORTS)) {
      assertThat(silent(responder, "a".repeat(100_000))).isTrue();
      assertThat(silent(responder, "")).as("nothing is sent within a second").isTrue();
    }
  }

  @Test
  void a_source_of_reports_that_fails_costs_one_answer() throws IOException {
    AtomicBoolean fails = new AtomicBoolean(true);
    try (AgentResponder responder = AgentResponder.start(0, () -> {
      if (fails.get()) {
        throw new IllegalStateException("broken");
      }
      return REPORTS;
    })) {
      assertThat(silent(responder, "a!")).isTrue();
      fails.set(false);
      assertThat(ask(responder, "a!")).isEqualTo("up 100%\n");
    }
  }

  @Test
  void who_says_nothing_holds_up_nobody_for_longer_than_a_second() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try (AgentResponder responder = AgentResponder.start(0, () -> REPORTS)) {
      for (int i = 0; i < 100; i++) {
        idle.add(connect(responder));
      }
      for (Socket socket : idle) {
        assertThat(ended(socket)).isTrue();
      }
      assertThat(responder.refused()).isEqualTo(100);
      assertThat(ask(responder, "a!")).isEqualTo("up 100%\n");
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void it_listens_on_loopback_until_it_is_closed() throws IOException {
    AgentResponder responder = AgentResponder.start(0, () -> REPORTS);
    int port = responder.port();
    assertThatThrownBy(() -> AgentResponder.start(port, () -> REPORTS))
        .isInstanceOf(BindException.class);
    responder.close();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a!b", "a/b", "a b", "a;b", "a\nb"})
  void a_server_that_cannot_be_named_is_refused(String name) {
    assertThatThrownBy(() -> AgentResponder.question(name))
        .hasMessageStartingWith("agent.server: ");
  }

  private static boolean silent(AgentResponder responder, String question) throws IOException {
    try (Socket socket = connect(responder)) {
      try {
        socket.getOutputStream().write(question.getBytes(US_ASCII));
      } catch (SocketException e) {
        return true;
      }
      return ended(socket);
    }
  }

  /** Whether the other side ends it without a word; a reset is also an end. */
  private static boolean ended(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }
}
