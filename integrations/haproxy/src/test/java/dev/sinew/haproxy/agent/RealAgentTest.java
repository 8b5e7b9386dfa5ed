// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.haproxy.config.Address;
import dev.sinew.haproxy.config.Door;
import dev.sinew.haproxy.config.Edge;
import dev.sinew.haproxy.config.FixedServer;
import dev.sinew.haproxy.config.HaproxyConfig;
import dev.sinew.haproxy.config.Protocol;
import dev.sinew.haproxy.server.HaproxyServer;
import dev.sinew.load.LoadReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real HAProxy that weighs its servers by what the responder says. */
@Tag("haproxy")
@Timeout(60)
final class RealAgentTest {
  private final Map<String, LoadReport> reports = new ConcurrentHashMap<>();
  private HttpServer backend;
  private AgentResponder responder;

  @BeforeEach
  void start() throws Exception {
    responder = AgentResponder.start(0, () -> reports);
    backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    backend.start();
    for (String replica : List.of("a", "b", "c")) {
      reports.put(replica, report(0.5, false));
    }
  }

  @AfterEach
  void close() {
    responder.close();
    backend.stop(0);
  }

  private static LoadReport report(double utilization, boolean draining) {
    return new LoadReport(utilization, 0.5, 0.1, 100, 0, 1, 0, -1, -1, draining);
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void calls_follow_the_reported_load(String version) throws Exception {
    try (HaproxyServer haproxy = start(version)) {
      untilWeights(haproxy, 100, 100, 100);
      reports.put("c", report(1, false));
      untilWeights(haproxy, 100, 100, 50);
      List<Integer> before = counts(haproxy);
      call(haproxy, 250);
      List<Integer> after = counts(haproxy);
      assertThat(after.get(0) - before.get(0)).isCloseTo(100, within(3));
      assertThat(after.get(1) - before.get(1)).isCloseTo(100, within(3));
      assertThat(after.get(2) - before.get(2)).isCloseTo(50, within(3));

      reports.remove("c");
      reports.put("b", report(0.25, false));
      untilWeights(haproxy, 100, 150, 100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void one_that_drains_gets_no_call_and_comes_back(String version) throws Exception {
    try (HaproxyServer haproxy = start(version)) {
      reports.put("c", report(0.5, true));
      untilWeights(haproxy, 100, 100, 0);
      int before = counts(haproxy).get(2);
      call(haproxy, 50);
      assertThat(counts(haproxy).get(2)).isEqualTo(before);
      reports.put("c", report(0.5, false));
      untilWeights(haproxy, 100, 100, 100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void without_the_responder_the_last_weights_go_on(String version) throws Exception {
    try (HaproxyServer haproxy = start(version)) {
      reports.put("c", report(1, false));
      untilWeights(haproxy, 100, 100, 50);
      responder.close();
      until(haproxy, "L4CON");
      assertThat(weights(haproxy)).containsExactly(100, 100, 50);
      call(haproxy, 20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void it_does_not_undo_what_the_runtime_api_has_ordered(String version) throws Exception {
    try (HaproxyServer haproxy = start(version)) {
      untilWeights(haproxy, 100, 100, 100);
      haproxy.ask("set server web/a state drain;set server web/b state maint");
      reports.put("c", report(1, false));
      reports.put("a", report(0.4, false));
      untilWeights(haproxy, 125, 100, 50);
      List<Integer> before = counts(haproxy);
      call(haproxy, 50);
      assertThat(counts(haproxy).get(0)).isEqualTo(before.get(0));
      assertThat(counts(haproxy).get(1)).isEqualTo(before.get(1));
      assertThat(haproxy.ask("show stat web 4 -1")).contains(",DRAIN").contains(",MAINT");
    }
  }

  private HaproxyServer start(String version) throws Exception {
    Address address = new Address("127.0.0.1", backend.getAddress().getPort());
    Door door = Door.of("web", Address.of("127.0.0.1:1"), Protocol.HTTP)
        .withAgent(new Address("127.0.0.1", responder.port()))
        .withServers(List.of(
            new FixedServer("a", address, false),
            new FixedServer("b", address, false),
            new FixedServer("c", address, false)));
    String text = HaproxyConfig.text(Edge.at("unix:/socket"), List.of(door))
        .replace("'/socket'", "\"${socket}\"")
        .replace("agent-inter 1s", "agent-inter 100ms")
        .replace("bind 127.0.0.1:1", "bind 127.0.0.1:${port:door}");
    return HaproxyServer.start(version, text);
  }

  private static void call(HaproxyServer haproxy, int times) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + haproxy.port("door") + "/"))
        .build();
    for (int i = 0; i < times; i++) {
      assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
    }
  }

  private static void untilWeights(HaproxyServer haproxy, Integer... expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!weights(haproxy).equals(List.of(expected)) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(weights(haproxy)).containsExactly(expected);
  }

  private static void until(HaproxyServer haproxy, String said) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!haproxy.ask("show stat web 4 -1").contains(said)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** What the weights of a, b and c are, also while HAProxy does not use them. */
  private static List<Integer> weights(HaproxyServer haproxy) throws Exception {
    return column(haproxy, "uweight");
  }

  private static List<Integer> counts(HaproxyServer haproxy) throws Exception {
    return column(haproxy, "stot");
  }

  private static List<Integer> column(HaproxyServer haproxy, String name) throws Exception {
    List<String> lines = haproxy.ask("show stat web 4 -1").strip().lines().toList();
    int column = List.of(lines.get(0).split(",", -1)).indexOf(name);
    return lines.stream()
        .skip(1)
        .map(line -> Integer.valueOf(line.split(",", -1)[column]))
        .toList();
  }
}
