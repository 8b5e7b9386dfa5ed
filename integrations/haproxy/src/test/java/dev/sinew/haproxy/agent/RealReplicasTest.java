// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.haproxy.HaproxyEndpointSink;
import dev.sinew.haproxy.HaproxyRegistration;
import dev.sinew.haproxy.ServerOptions;
import dev.sinew.haproxy.config.Address;
import dev.sinew.haproxy.config.Balance;
import dev.sinew.haproxy.config.Check;
import dev.sinew.haproxy.config.Door;
import dev.sinew.haproxy.config.Edge;
import dev.sinew.haproxy.config.HaproxyConfig;
import dev.sinew.haproxy.config.Protocol;
import dev.sinew.haproxy.server.HaproxyServer;
import dev.sinew.haproxy.socket.HaproxySocket;
import dev.sinew.haproxy.stats.HaproxySignalSettings;
import dev.sinew.haproxy.stats.HaproxySignalSource;
import dev.sinew.load.LoadReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas that come and go at a written door, weighed by their load and seen in the statistics. */
@Tag("haproxy")
@Timeout(60)
final class RealReplicasTest {
  private final Map<String, LoadReport> reports = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void replicas_are_weighed_by_load_and_told_of_by_their_ids(String version) throws Exception {
    List<HttpServer> servers = new ArrayList<>();
    try (AgentResponder responder = AgentResponder.start(0, () -> reports);
        HaproxyServer haproxy = start(version);
        HaproxyEndpointSink sink = HaproxyEndpointSink.open(
            List.of(HaproxySocket.at(haproxy.socket())),
            "web",
            ServerOptions.http1()
                .with(new ServerOptions.Check(Duration.ofMillis(500), 2, 1))
                .with(
                    new ServerOptions.Agent("127.0.0.1", responder.port(), Duration.ofMillis(100))),
            Duration.ofSeconds(5));
        HaproxySignalSource source = HaproxySignalSource.start(
            List.of(HaproxySocket.at(haproxy.socket())),
            new HaproxySignalSettings(
                "web", false, true, Duration.ofMillis(200), Duration.ofSeconds(5)))) {
      List<HaproxyRegistration> registrations = new ArrayList<>();
      for (String id : List.of("web-1", "web-2", "web-3")) {
        reports.put(id, report(0.5));
        HttpServer server = server(id);
        servers.add(server);
        registrations.add(sink.register(
            Endpoint.of("127.0.0.1", server.getAddress().getPort()).withId(id)));
      }
      sink.complete();
      until(haproxy, 3);
      int first = share(haproxy, "web-1", 120);
      assertThat(first).isCloseTo(40, within(4));

      reports.put("web-1", report(1));
      untilShare(haproxy, "web-1", 20);

      registrations.get(0).drain(Duration.ofSeconds(5)).toCompletableFuture().join();
      assertThat(share(haproxy, "web-1", 60)).isZero();
      untilTold(source, haproxy);
    } finally {
      servers.forEach(server -> server.stop(0));
    }
  }

  private static LoadReport report(double utilization) {
    return new LoadReport(utilization, 0.5, 0.1, 100, 0, 1, 0, -1, -1, false);
  }

  private HttpServer server(String id) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AtomicInteger count = calls.computeIfAbsent(id, unused -> new AtomicInteger());
    server.createContext("/", exchange -> {
      count.incrementAndGet();
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    server.createContext("/health", exchange -> {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    server.start();
    return server;
  }

  private static HaproxyServer start(String version) throws Exception {
    Door door = Door.of("web", Address.of("127.0.0.1:1"), Protocol.HTTP)
        .withBalance(Balance.WEIGHTED)
        .withCheck(Check.http("/health"));
    return HaproxyServer.start(
        version,
        HaproxyConfig.text(Edge.at("unix:/socket"), List.of(door))
            .replace("'/socket'", "\"${socket}\"")
            .replace("bind 127.0.0.1:1", "bind 127.0.0.1:${port:door}"));
  }

  private void untilTold(HaproxySignalSource source, HaproxyServer haproxy) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!told(source, "web-2") || !told(source, "web-3") || told(source, "web-1")) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      call(haproxy, 5);
    }
  }

  private static boolean told(HaproxySignalSource source, String replica) {
    return source.read(Instant.now()).stream()
        .anyMatch(signal -> signal.metric() == Metric.CALLS_PER_SECOND
            && replica.equals(signal.replica())
            && signal.value() > 0);
  }

  private void untilShare(HaproxyServer haproxy, String id, int percent) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (Math.abs(share(haproxy, id, 100) - percent) > 2) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  /** How many of so many calls this replica gets. */
  private int share(HaproxyServer haproxy, String id, int number) throws Exception {
    AtomicInteger count = calls.computeIfAbsent(id, unused -> new AtomicInteger());
    int before = count.get();
    call(haproxy, number);
    return count.get() - before;
  }

  private void call(HaproxyServer haproxy, int number) throws Exception {
    for (int i = 0; i < number; i++) {
      assertThat(status(haproxy)).isEqualTo(200);
    }
  }

  private int status(HaproxyServer haproxy) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + haproxy.port("door") + "/"))
                .timeout(Duration.ofSeconds(10))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private void until(HaproxyServer haproxy, int serving) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    long seen = 0;
    while (seen < serving) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      if (status(haproxy) == 200) {
        seen = calls.values().stream().filter(count -> count.get() > 0).count();
      }
    }
  }
}
