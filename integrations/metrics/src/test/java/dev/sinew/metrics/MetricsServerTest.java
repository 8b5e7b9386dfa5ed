// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.load.LoadReport;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsServerTest {
  private static final String PROTOBUF = "application/vnd.google.protobuf;"
      + "proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.8,text/plain;q=0.5";

  private SinewMetrics metrics;

  @BeforeEach
  void start() throws IOException {
    metrics = SinewMetrics.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    var unused = metrics.server(Set.of("a.B/C", "a.B/D"), () -> LoadReport.UNKNOWN);
  }

  @AfterEach
  void stop() {
    metrics.close();
  }

  @Test
  void it_answers_in_the_format_that_is_asked_for() throws Exception {
    HttpResponse<byte[]> text = get("/metrics", Map.of());
    assertThat(text.statusCode()).isEqualTo(200);
    assertThat(type(text)).startsWith("text/plain; version=0.0.4");
    assertThat(new String(text.body(), StandardCharsets.UTF_8))
        .contains("sinew_server_calls_total{code=\"OK\",method=\"a.B/C\"} 0.0");
    HttpResponse<byte[]> open =
        get("/metrics", Map.of("Accept", "application/openmetrics-text;version=1.0.0"));
    assertThat(type(open)).startsWith("application/openmetrics-text");
    assertThat(new String(open.body(), StandardCharsets.UTF_8)).endsWith("# EOF\n");
    assertThat(type(get("/metrics", Map.of("Accept", PROTOBUF))))
        .startsWith("application/vnd.google.protobuf");
  }

  @Test
  void it_compresses_for_who_wants_it() throws Exception {
    HttpResponse<byte[]> zipped = get("/metrics", Map.of("Accept-Encoding", "deflate, gzip"));
    assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
    assertThat(plain).isEqualTo(get("/metrics", Map.of()).body());
    for (String no : List.of("identity", "gzip;q=0", "deflate, gzip; q=0.0", "x-gzipped")) {
      assertThat(get("/metrics", Map.of("Accept-Encoding", no)).headers().map())
          .as(no)
          .doesNotContainKey("content-encoding");
    }
  }

  @Test
  void there_is_nothing_else_to_ask_for() throws Exception {
    assertThat(get("/", Map.of()).statusCode()).isEqualTo(404);
    assertThat(get("/metrics/x", Map.of()).statusCode()).isEqualTo(404);
    HttpRequest post = HttpRequest.newBuilder(url("/metrics"))
        .POST(HttpRequest.BodyPublishers.ofString("x"))
        .build();
    assertThat(HttpClient.newHttpClient()
            .send(post, HttpResponse.BodyHandlers.discarding())
            .statusCode())
        .isEqualTo(405);
  }

  @Test
  void a_page_that_was_pointed_here_under_another_name_gets_nothing() throws Exception {
    assertThat(raw("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 421")
        .doesNotContain("sinew_server");
    assertThat(raw("GET /metrics HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void a_collector_of_the_application_that_fails_is_an_error_and_not_the_end() throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    List<RuntimeException> failures = new ArrayList<>(List.of(new IllegalStateException("test")));
    registry.register(new SampleCollector(List.of(), to -> {
      if (!failures.isEmpty()) {
        throw failures.remove(0);
      }
    }));
    try (MetricsServer server =
        MetricsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), registry)) {
      URI url = URI.create("http://127.0.0.1:" + server.address().getPort() + "/metrics");
      assertThat(get(url, Map.of()).statusCode()).isEqualTo(500);
      assertThat(get(url, Map.of()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void clients_that_say_nothing_hold_it_up_for_seconds_only() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
      socket.getOutputStream().write("GET /met".getBytes(StandardCharsets.US_ASCII));
      silent.add(socket);
    }
    long begun = System.nanoTime();
    while (true) {
      try {
        assertThat(get("/metrics", Map.of()).statusCode()).isEqualTo(200);
        break;
      } catch (IOException e) {
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(40));
      }
    }
    for (Socket socket : silent) {
      socket.close();
    }
  }

  @Test
  void it_tells_the_registry_where_it_is_and_an_application_can_say_where_its_own_is() {
    assertThat(metrics.attributes())
        .containsExactly(Map.entry("metrics-port", Integer.toString(port())));
    PrometheusRegistry registry = new PrometheusRegistry();
    assertThat(SinewMetrics.in(registry).attributes()).isEmpty();
    assertThat(SinewMetrics.in(registry).at(8081, "/actuator/prometheus").attributes())
        .isEqualTo(Map.of("metrics-port", "8081", "metrics-path", "/actuator/prometheus"));
    assertThat(SinewMetrics.in(registry).at(8081, "/metrics").attributes()).hasSize(1);
    for (String path : List.of("", "metrics", "/a?b", "/a b", "/" + "a".repeat(200))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SinewMetrics.in(registry).at(8081, path));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinewMetrics.in(registry).at(0, "/metrics"));
  }

  @Test
  void the_environment_may_choose_the_port() {
    assertThat(SinewMetrics.port("")).isZero();
    assertThat(SinewMetrics.port("9464")).isEqualTo(9464);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinewMetrics.port("94640"))
        .withMessage("SINEW_METRICS_PORT: 94640 (expected: a port, 0 to 65535)");
  }

  private int port() {
    return Objects.requireNonNull(metrics.address()).getPort();
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  private HttpResponse<byte[]> get(String path, Map<String, String> fields) throws Exception {
    return get(url(path), fields);
  }

  private static HttpResponse<byte[]> get(URI url, Map<String, String> fields) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(url);
    fields.forEach(request::header);
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String type(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
