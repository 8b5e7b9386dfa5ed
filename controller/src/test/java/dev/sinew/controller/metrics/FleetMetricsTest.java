// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.api.FakeFleet;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FleetMetricsTest {
  private static final Instant NOW = FakeFleet.STARTED.plusSeconds(60);

  private final FakeFleet fleet = FakeFleet.of(1);
  private @Nullable FleetView shown = fleet;
  private final FleetMetrics metrics =
      new FleetMetrics(() -> Optional.ofNullable(shown), () -> NOW);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/metrics", metrics::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void a_service_is_shown_as_its_view_says() throws Exception {
    assertThat(scrape())
        .contains("sinew_replicas{service=\"orders\",state=\"ready\"} 3.0")
        .contains("sinew_replicas{service=\"orders\",state=\"starting\"} 0.0")
        .contains("sinew_replicas_desired{service=\"orders\"} 3.0")
        .contains("sinew_replicas_min{service=\"orders\"} 2.0")
        .contains("sinew_replicas_max{service=\"orders\"} 8.0")
        .contains("sinew_service_held{service=\"orders\"} 0.0")
        .contains("sinew_service_failed{service=\"orders\"} 0.0")
        .contains("sinew_decision_log_failures_total{service=\"orders\"} 0.0")
        .contains("sinew_scale_decisions_total{direction=\"out\",service=\"orders\"} 0.0")
        .contains("sinew_build_info{version=\"0.1.0\"} 1");
  }

  @Test
  void what_is_unknown_has_no_sample() throws Exception {
    fleet.put(view("starting", 0, Double.NaN));
    String text = scrape();
    assertThat(text)
        .contains("sinew_replicas_max{")
        .doesNotContain("sinew_replicas{")
        .doesNotContain("sinew_replicas_desired{")
        .doesNotContain("sinew_service_calls_per_second{")
        .doesNotContain("sinew_service_utilization_ratio{")
        .doesNotContain("NaN");
    fleet.put(view("failed", 0, Double.NaN));
    assertThat(scrape())
        .doesNotContain("sinew_replicas{")
        .contains("sinew_service_failed{service=\"orders\"} 1.0");
    fleet.put(view("running", 0, 0));
    assertThat(scrape())
        .contains("sinew_replicas{service=\"orders\",state=\"ready\"} 0.0")
        .contains("sinew_service_calls_per_second{service=\"orders\"} 0.0");
  }

  @Test
  void a_source_of_signals_is_shown_with_its_failures_and_age() throws Exception {
    fleet.sources(List.of(
        new SourceStatus(
            "orders", "prometheus", Map.of("timeout", 3L), NOW.minusMillis(1500), true),
        new SourceStatus("orders", "haproxy", Map.of(), null, false),
        new SourceStatus("orders", "orca", Map.of(), NOW.plusSeconds(9), true)));
    assertThat(scrape())
        .contains(
            "sinew_signal_failures_total{reason=\"timeout\",service=\"orders\",source=\"prometheus\"} 3.0")
        .contains("sinew_signal_age_seconds{service=\"orders\",source=\"prometheus\"} 1.5")
        .contains("sinew_signal_age_seconds{service=\"orders\",source=\"orca\"} 0.0")
        .contains("sinew_signal_known{service=\"orders\",source=\"prometheus\"} 1.0")
        .contains("sinew_signal_known{service=\"orders\",source=\"haproxy\"} 0.0")
        .doesNotContain("sinew_signal_age_seconds{service=\"orders\",source=\"haproxy\"}");
  }

  @Test
  void a_pause_is_shown() throws Exception {
    fleet.pause("orders", new Hold("ann", "release", NOW));
    assertThat(scrape()).contains("sinew_service_held{service=\"orders\"} 1.0");
  }

  @Test
  void before_there_is_a_fleet_a_scrape_fails() throws Exception {
    shown = null;
    assertThat(ask("/metrics").statusCode()).isEqualTo(503);
    shown = fleet;
    assertThat(ask("/metrics").statusCode()).isEqualTo(200);
    assertThat(ask("/metrics/x").statusCode()).isEqualTo(404);
  }

  private static ServiceView view(String state, int ready, double calls) {
    return new ServiceView(
        "orders", state, 2, 8, ready, ready, 0, 0, calls, calls, calls, calls, ready, null, null,
        List.of(), List.of(), List.of());
  }

  private String scrape() throws IOException, InterruptedException {
    return ask("/metrics").body();
  }

  private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
  }
}
