// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.TestServers;
import dev.sinew.controller.api.ControllerServer;
import dev.sinew.controller.api.FakeFleet;
import dev.sinew.controller.sample.OrdersGrpc;
import dev.sinew.controller.sample.PlaceReply;
import dev.sinew.controller.sample.PlaceRequest;
import dev.sinew.grpc.SinewChannels;
import dev.sinew.grpc.SinewServers;
import dev.sinew.metrics.SinewMetrics;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real Prometheus finds a server, one that is a client of it, and the controller. */
@Tag("prometheus")
@Timeout(120)
final class PrometheusScrapeTest {
  private static final int CALLS = 40;
  private static final String METHOD =
      "method=\"" + OrdersGrpc.getPlaceMethod().getFullMethodName() + "\"";

  @TempDir
  Path folder;

  private ControllerServer controller;
  private SinewMetrics ordersMetrics;
  private SinewMetrics frontMetrics;
  private Server orders;
  private Server front;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    Path program = TestServers.program("prometheus");
    assertThat(program).isExecutable();
    controller = ControllerServer.open(
        new ControllerServer.Settings(free(), null, List.of(), folder.resolve("registry.json")));
    FakeFleet fleet = FakeFleet.of(2);
    controller.show(fleet);
    controller.record(FakeFleet.STARTED);
    ordersMetrics = SinewMetrics.serve(free());
    frontMetrics = SinewMetrics.serve(free());
    orders = server("orders", ordersMetrics);
    front = server("front", frontMetrics);
    channel =
        SinewChannels.forTarget(registry() + "/orders").observe(frontMetrics).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    orders.shutdownNow();
    front.shutdownNow();
    assertThat(orders.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(front.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    ordersMetrics.close();
    frontMetrics.close();
    controller.close();
  }

  @Test
  void server_client_and_controller_are_found_scraped_and_counted_exactly()
      throws IOException, InterruptedException {
    call();
    try (PrometheusServer prometheus = PrometheusServer.start(folder, controller.url())) {
      assertThat(prometheus.await("count(up)", count -> count == 3)).isEqualTo(3);
      assertThat(prometheus.await("sum(up)", sum -> sum == 3)).isEqualTo(3);
      String labels = "{service=\"orders\",role=\"primary\",zone=\"eu-1a\",version=\"7\"}";
      assertThat(prometheus.await("up" + labels, up -> up == 1)).isEqualTo(1);
      assertThat(prometheus.await(
              "sinew_server_calls_total{" + METHOD + ",code=\"OK\",service=\"orders\"}",
              n -> n == CALLS))
          .isEqualTo(CALLS);
      // What the scraped process says of the service that it calls gives way to its own label.
      assertThat(prometheus.await(
              "sinew_client_calls_total{service=\"front\",exported_service=\"orders\"}",
              n -> n == CALLS))
          .isEqualTo(CALLS);
      assertThat(prometheus.await(
              "sinew_replicas_desired{role=\"controller\",service=\"orders\"}", n -> n > 0))
          .isEqualTo(3);
      assertThat(prometheus.await(
              "count(sinew_server_call_duration_seconds_bucket{service=\"orders\"})", n -> n > 0))
          .isEqualTo(14);
    }
  }

  @Test
  void a_replica_that_leaves_is_not_scraped_any_more() throws IOException, InterruptedException {
    try (PrometheusServer prometheus = PrometheusServer.start(folder, controller.url())) {
      assertThat(prometheus.await("sum(up)", sum -> sum == 3)).isEqualTo(3);
      front.shutdown();
      assertThat(front.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      assertThat(get(controller.url().resolve("/sd"))).doesNotContain("front");
      assertThat(prometheus.await("count(up)", count -> count == 2)).isEqualTo(2);
    }
  }

  @Test
  void native_histograms_are_scraped_where_they_are_asked_for()
      throws IOException, InterruptedException {
    try (PrometheusServer prometheus =
        PrometheusServer.start(folder, controller.url(), "--enable-feature=native-histograms")) {
      assertThat(prometheus.await("sum(up)", sum -> sum == 3)).isEqualTo(3);
      call();
      String native95 =
          "histogram_quantile(0.5, sum(sinew_server_call_duration_seconds{service=\"orders\"}))";
      double median = prometheus.await(native95, value -> value > 0);
      // The handler takes 20 ms at the least; native buckets are 2 % wide.
      assertThat(median).isBetween(0.0195, 1.0);
      assertThat(prometheus.await(
              "histogram_count(sinew_server_call_duration_seconds{service=\"orders\"})",
              n -> n == CALLS))
          .isEqualTo(CALLS);
    }
  }

  @Test
  void promtool_finds_nothing_to_complain_of() throws IOException, InterruptedException {
    call();
    for (URI url : List.of(
        controller.url().resolve("/metrics"), metrics(ordersMetrics), metrics(frontMetrics))) {
      Path text = Files.writeString(folder.resolve("metrics.txt"), get(url));
      assertThat(Files.readString(text)).contains("# TYPE sinew_");
      Process check = new ProcessBuilder(
              TestServers.program("promtool").toString(), "check", "metrics")
          .redirectErrorStream(true)
          .redirectInput(text.toFile())
          .start();
      String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said).as(url.toString()).isEmpty();
      assertThat(check.waitFor()).isZero();
    }
  }

  private void call() {
    OrdersGrpc.OrdersBlockingStub stub = OrdersGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(30, TimeUnit.SECONDS);
    for (int i = 0; i < CALLS; i++) {
      assertThat(stub.place(PlaceRequest.getDefaultInstance()).getReplica()).isEqualTo("any");
    }
  }

  private Server server(String service, SinewMetrics metrics) throws IOException {
    return SinewServers.install(NettyServerBuilder.forAddress(free()).addService(new Slow()))
        .workers(2)
        .zone("eu-1a")
        .version("7")
        .register(registry() + "/" + service)
        .observe(metrics)
        .onSigterm(false)
        .build()
        .start();
  }

  private String registry() {
    return "consul://" + controller.url().getAuthority();
  }

  private static URI metrics(SinewMetrics metrics) {
    InetSocketAddress address = Objects.requireNonNull(metrics.address());
    return URI.create("http://127.0.0.1:" + address.getPort() + "/metrics");
  }

  private static String get(URI url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static InetSocketAddress free() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Takes 20 ms for each call. */
  private static final class Slow extends OrdersGrpc.OrdersImplBase {
    @Override
    public void place(PlaceRequest request, StreamObserver<PlaceReply> observer) {
      long end = System.nanoTime() + 20_000_000;
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
      observer.onNext(PlaceReply.newBuilder().setReplica("any").build());
      observer.onCompleted();
    }
  }
}
