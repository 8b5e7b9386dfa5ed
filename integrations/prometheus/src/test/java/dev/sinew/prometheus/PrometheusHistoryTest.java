// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.PrometheusTarget;
import dev.sinew.prometheus.http.UnusableAnswerException;
import dev.sinew.prometheus.server.PrometheusServer;
import dev.sinew.prometheus.server.TestExporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PrometheusHistoryTest {
  private static final Pattern RANGE =
      Pattern.compile("query=(.*)&start=([0-9.]+)&end=([0-9.]+)&step=([0-9.]+)");
  private static final Instant FROM = Instant.ofEpochSecond(1_700_000_000);
  private static final Duration STEP = Duration.ofSeconds(1);

  private final List<String> pages = new CopyOnWriteArrayList<>();
  private HttpServer http;
  private PrometheusHistory history;
  private volatile int failingPage;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/api/v1/query_range", exchange -> {
      try (exchange) {
        String query = exchange.getRequestURI().getQuery();
        pages.add(query);
        byte[] body =
            (pages.size() == failingPage ? "{\"status\":" : counting(query)).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    });
    http.start();
    history = new PrometheusHistory(
        PrometheusTarget.at("http://127.0.0.1:" + http.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  @Test
  void pages_are_as_large_as_the_server_allows_and_no_edge_is_doubled() throws Exception {
    Instant to = FROM.plusSeconds(25_000).plusMillis(700);
    Series series = history.read("sum(rate(x[1m]))", FROM, to, STEP).get(0);
    assertThat(series.size()).isEqualTo(25_001);
    for (int i = 0; i < series.size(); i++) {
      assertThat(series.value(i)).isEqualTo(i);
      assertThat(series.at(i)).isEqualTo(FROM.plusSeconds(i));
    }
    assertThat(pages)
        .containsExactly(
            "query=sum(rate(x[1m]))&start=1700000000.000&end=1700010999.000&step=1.000",
            "query=sum(rate(x[1m]))&start=1700011000.000&end=1700021999.000&step=1.000",
            "query=sum(rate(x[1m]))&start=1700022000.000&end=1700025000.000&step=1.000");
  }

  @Test
  void a_single_time_is_a_range_of_one() throws Exception {
    assertThat(history.read("x", FROM, FROM, STEP).get(0).values()).containsExactly(0);
  }

  @Test
  void a_broken_page_is_an_error_and_no_gap() {
    failingPage = 2;
    assertThatThrownBy(() -> history.read("x", FROM, FROM.plusSeconds(30_000), STEP))
        .isInstanceOfSatisfying(UnusableAnswerException.class, e -> {
          assertThat(e.failure()).isEqualTo(Failure.MALFORMED);
          assertThat(e).hasMessageStartingWith("it is no answer of a Prometheus: ");
        });
    assertThat(pages).hasSize(2);
  }

  @Test
  void what_cannot_be_read_is_refused_before_anything_is_asked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> history.read("x", FROM, FROM.minusSeconds(1), STEP))
        .withMessageStartingWith("to: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> history.read("x", FROM, FROM.plusSeconds(1), Duration.ofNanos(1)))
        .withMessageStartingWith("step: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> history.read("x", FROM, FROM.plusSeconds(2_000_000), STEP))
        .withMessage("step: PT1S (expected: at most 2000000 steps in the range)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> history.read(" ", FROM, FROM, STEP))
        .withMessageStartingWith("query: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> history.read("x", FROM.plusNanos(1), FROM.plusSeconds(1), STEP))
        .withMessageStartingWith("from: ");
    assertThat(pages).isEmpty();
  }

  @Test
  @Tag("prometheus")
  void a_real_prometheus_tells_over_pages_what_it_has_seen_and_no_more() throws Exception {
    try (TestExporter exporter = TestExporter.counting("x", 1000, "");
        PrometheusServer server = PrometheusServer.start(
            PrometheusServer.scraping(Duration.ofMillis(300), "orders", exporter.target("r1")))) {
      PrometheusHistory real =
          new PrometheusHistory(PrometheusTarget.at(server.http().toString()));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (exporter.scrapes() < 8) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(20);
      }
      exporter.hang();
      while (!server.query("up").contains("\"0\"]")) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(20);
      }
      Instant to = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      Instant from = to.minusSeconds(23 * 60);
      List<Series> all = real.read("x", from, to, Duration.ofMillis(100));
      assertThat(all).hasSize(1);
      Series series = all.get(0);
      assertThat(series.size()).isEqualTo(13_801);
      assertThat(series.labels()).containsEntry("replica", "r1").containsEntry("service", "orders");
      // Nothing before the first scrape, nothing after the target's silence.
      assertThat(series.known()).isBetween(15, 400);
      assertThat(series.value(0)).isNaN();
      assertThat(series.value(series.size() - 1)).isNaN();
      double before = 0;
      for (double value : series.values()) {
        if (!Double.isNaN(value)) {
          assertThat(value).isGreaterThanOrEqualTo(before);
          before = value;
        }
      }
      assertThat(real.read("no_such_metric", from, to, Duration.ofSeconds(1))).isEmpty();
      assertThatThrownBy(() -> real.read("rate(", from, to, Duration.ofSeconds(1)))
          .isInstanceOf(UnusableAnswerException.class)
          .hasMessageContaining("the query is refused (status 400: ");
    }
  }

  /** One series that counts the steps since the beginning of the history. */
  private static String counting(String query) {
    Matcher range = RANGE.matcher(query);
    assertThat(range.matches()).as(query).isTrue();
    long start = (long) Double.parseDouble(range.group(2));
    long end = (long) Double.parseDouble(range.group(3));
    StringBuilder values = new StringBuilder();
    for (long t = start; t <= end; t++) {
      values.append(t == start ? "" : ",");
      values
          .append("[")
          .append(t)
          .append(",\"")
          .append(t - FROM.getEpochSecond())
          .append("\"]");
    }
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},"
        + "\"values\":[" + values + "]}]}}";
  }
}
