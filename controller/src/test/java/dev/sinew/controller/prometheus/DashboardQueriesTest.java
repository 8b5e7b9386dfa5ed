// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.controller.api.FakeFleet;
import dev.sinew.controller.fleet.SourceStatus;
import dev.sinew.controller.http.Replies;
import dev.sinew.controller.metrics.FleetMetrics;
import dev.sinew.controller.sample.OrdersGrpc;
import dev.sinew.controller.sample.PlaceReply;
import dev.sinew.controller.sample.PlaceRequest;
import dev.sinew.grpc.SinewChannels;
import dev.sinew.grpc.SinewServers;
import dev.sinew.metrics.SinewMetrics;
import dev.sinew.prometheus.server.PrometheusServer;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Prometheus, with the configuration and the rules as they are written, scrapes a real replica that
 * is also a client, and a controller's metrics.
 */
@Tag("prometheus")
@Timeout(180)
final class DashboardQueriesTest {
  private static final int REFUSED = 1;

  @TempDir
  Path folder;

  private final FakeFleet fleet = FakeFleet.of(1);
  private final FleetMetrics metrics =
      new FleetMetrics(() -> Optional.of(fleet), InstantSource.system());
  private SinewMetrics replica;
  private Server server;
  private ManagedChannel channel;
  private HttpServer controller;
  private PrometheusServer prometheus;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    replica = SinewMetrics.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = SinewServers.install(NettyServerBuilder.forAddress(any).addService(new Orders()))
        .observe(replica)
        .onSigterm(false)
        .build()
        .start();
    channel = SinewChannels.forTarget("static:///127.0.0.1:" + server.getPort())
        .observe(replica, "invoices")
        .build();
    controller = HttpServer.create(any, 8);
    controller.createContext("/metrics", metrics::handle);
    controller.createContext(
        "/sd", exchange -> Replies.json(exchange, 200, list().getBytes(UTF_8)));
    controller.start();
    String address = "127.0.0.1:" + controller.getAddress().getPort();
    Path rules = folder.resolve("rules.yml");
    // Everything as it is written, only faster.
    Files.writeString(rules, Fleets.text().replaceAll("interval: \\d+[sm]", "interval: 1s"));
    String config = new ScrapeConfig(address, "sinew.token", rules.toString())
        .text(Fleets.read(folder, Fleets.TWO))
        .replace("scrape_interval: 5s", "scrape_interval: 1s")
        .replace("scrape_timeout: 4s", "scrape_timeout: 800ms");
    prometheus = PrometheusServer.start(config);
  }

  @AfterEach
  void stop() throws IOException {
    prometheus.close();
    controller.stop(0);
    channel.shutdownNow();
    server.shutdownNow();
    replica.close();
  }

  /** As the controller's own list, which names the controller, too. */
  private String list() {
    int port = Objects.requireNonNull(replica.address()).getPort();
    return """
        [{"targets":["127.0.0.1:%d"],"labels":{"service":"orders","replica":"orders-0","role":"primary"}},
         {"targets":["127.0.0.1:%d"],"labels":{"role":"controller"}}]
        """.formatted(port, controller.getAddress().getPort());
  }

  @Test
  void every_panel_shows_something_and_the_labels_are_in_order() throws Exception {
    List<Dashboard.Query> silent = new ArrayList<>(Dashboard.read().queries());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!silent.isEmpty() && System.nanoTime() < deadline) {
      fleet.sources(
          List.of(new SourceStatus("orders", "orca", Map.of("timeout", 3L), Instant.now(), true)));
      place(0);
      place(REFUSED);
      TimeUnit.MILLISECONDS.sleep(100);
      List<Dashboard.Query> still = new ArrayList<>();
      for (Dashboard.Query query : silent) {
        if (result(query.forAll()).isEmpty()) {
          still.add(query);
        }
      }
      silent = still;
    }
    assertThat(silent)
        .as("queries without an answer; log: %s", prometheus.log())
        .isEmpty();

    // A replica that calls: whom it calls is the service, what it is is the client.
    JsonNode calls =
        result("sum by (service, client, exported_service, replica) (sinew_client_calls_total)");
    assertThat(calls.size()).isEqualTo(1);
    assertThat(calls.path(0).path("metric").toString())
        .isEqualTo("{\"client\":\"orders\",\"replica\":\"orders-0\",\"service\":\"invoices\"}");
    assertThat(result("sum by (service) (sinew_server_calls_total)").toString())
        .contains("\"service\":\"orders\"");
    assertThat(result("count by (job) (up == 1)").toString())
        .contains("sinew-replicas", "sinew-controller");
    assertThat(result("up").size()).isEqualTo(2);
    assertThat(result(
                "ALERTS{alertname=~\"SinewControllerDown|SinewMetricsMissing|SinewReplicaDown\"}")
            .size())
        .isZero();
  }

  private void place(int micros) {
    try {
      PlaceReply unused = OrdersGrpc.newBlockingStub(channel)
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .place(PlaceRequest.newBuilder().setWorkMicros(micros).build());
    } catch (StatusRuntimeException e) {
      assertThat(micros).as(e.toString()).isEqualTo(REFUSED);
    }
  }

  private JsonNode result(String query) throws IOException, InterruptedException {
    String answer = prometheus.query(query);
    JsonNode read = new JsonMapper().readTree(answer);
    assertThat(read.path("status").asString()).as(query + ": " + answer).isEqualTo("success");
    return read.path("data").path("result");
  }

  private static final class Orders extends OrdersGrpc.OrdersImplBase {
    @Override
    public void place(PlaceRequest request, StreamObserver<PlaceReply> observer) {
      if (request.getWorkMicros() == REFUSED) {
        observer.onError(Status.INTERNAL.withDescription("as asked").asRuntimeException());
        return;
      }
      observer.onNext(PlaceReply.newBuilder().setReplica("orders-0").build());
      observer.onCompleted();
    }
  }
}
