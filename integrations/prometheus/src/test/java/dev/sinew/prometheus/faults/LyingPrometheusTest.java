// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.prometheus.PrometheusQueries;
import dev.sinew.prometheus.PrometheusSignalSource;
import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.PrometheusTarget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every lie of the catalogue over real connections, told by a Prometheus that does not exist. */
class LyingPrometheusTest {
  private static final double TRUE_VALUE = 20;
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration FRESHNESS = Duration.ofMillis(2500);
  private static final PrometheusQueries CALLS = PrometheusQueries.of(
          "orders", Duration.ofSeconds(1))
      .with(Metric.CALLS_PER_SECOND, "sum by (replica) (rate(x[1s]))");

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void every_lie_becomes_unknown_is_counted_and_is_forgotten_with_the_truth() throws Exception {
    List<Told> all = new ArrayList<>();
    for (Lie lie : Lie.values()) {
      LyingProxy proxy = proxy();
      Watch watch = watch(PrometheusTarget.at(proxy.address()).withToken("s3cret"));
      all.add(new Told(lie, proxy, watch));
    }
    for (Told told : all) {
      told.watch.awaitWell();
    }
    List<Long> before =
        all.stream().map(told -> told.watch.count(told.lie.failure)).toList();
    all.forEach(told -> told.proxy.tell(told.lie));
    for (int i = 0; i < all.size(); i++) {
      Told told = all.get(i);
      told.watch.awaitUnknown(told.lie.failure, before.get(i));
      assertThat(told.watch.source().lastFailure())
          .as(told.lie.toString())
          .startsWith("calls-per-second: ")
          .doesNotContain("s3cret");
    }
    all.forEach(told -> told.proxy.tell(null));
    for (Told told : all) {
      told.watch.awaitWell();
      assertThat(told.proxy.requests).doesNotContain(LyingProxy.ELSEWHERE);
    }
  }

  private record Told(Lie lie, LyingProxy proxy, Watch watch) {}

  @Test
  void a_missing_answer_leaves_what_is_known_until_it_is_stale() throws Exception {
    LyingProxy proxy = proxy();
    Watch watch = watch(PrometheusTarget.at(proxy.address()), Duration.ofMinutes(5));
    watch.awaitWell();
    proxy.tell(Lie.INTERNAL_ERROR);
    watch.await(() -> watch.count(Failure.SERVER_ERROR) > 0);
    assertThat(watch.signals()).hasSize(1);
    assertThat(watch.source().lastFailure())
        .isEqualTo("calls-per-second: " + proxy.address() + ": status 500: you said null");
    // An answer that says that there is nothing is none that is missing.
    proxy.tell(Lie.EMPTY);
    watch.awaitUnknown(Failure.EMPTY, 0);
  }

  @Test
  void the_server_is_left_alone_for_as_long_as_it_asks() throws Exception {
    LyingProxy proxy = proxy();
    Watch watch = watch(PrometheusTarget.at(proxy.address()));
    watch.awaitWell();
    proxy.retryAfter("3");
    proxy.tell(Lie.TOO_MANY_REQUESTS);
    watch.await(() -> watch.count(Failure.THROTTLED) == 1);
    long refused = System.nanoTime();
    int lies = proxy.lies();
    watch.await(() -> proxy.lies() > lies);
    assertThat(System.nanoTime() - refused).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(2_500));
  }

  @Test
  void one_bad_expression_leaves_the_others_known() throws Exception {
    LyingProxy proxy = new LyingProxy(query -> query.contains("bad")
        ? "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"boom\"}"
        : truth(query));
    open.add(proxy);
    PrometheusQueries queries = CALLS.with(Metric.CPU, "bad").with(Metric.IN_FLIGHT, "good");
    PrometheusSignalSource source = PrometheusSignalSource.start(
        PrometheusTarget.at(proxy.address()), queries, INTERVAL, FRESHNESS, InstantSource.system());
    open.add(source);
    Watch watch = new Watch(source, value -> value == TRUE_VALUE);
    watch.await(() -> watch.signals().size() == 2 && watch.count(Failure.FAILED) > 0);
    assertThat(source.lastFailure()).isEqualTo("cpu: the query failed: boom");
    assertThat(source.tells())
        .containsExactly(Metric.CPU, Metric.CALLS_PER_SECOND, Metric.IN_FLIGHT);
  }

  @Test
  void after_the_end_nothing_is_asked() throws Exception {
    LyingProxy proxy = proxy();
    Watch watch = watch(PrometheusTarget.at(proxy.address()));
    watch.awaitWell();
    proxy.tell(Lie.HUNG);
    int before = proxy.lies();
    watch.await(() -> proxy.lies() > before);
    long began = System.nanoTime();
    watch.source().close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(1));
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("sinew-prometheus-orders"));
  }

  private LyingProxy proxy() throws Exception {
    LyingProxy proxy = new LyingProxy(LyingPrometheusTest::truth);
    open.add(proxy);
    return proxy;
  }

  private Watch watch(PrometheusTarget target) {
    return watch(target, FRESHNESS);
  }

  private Watch watch(PrometheusTarget target, Duration freshness) {
    PrometheusSignalSource source =
        PrometheusSignalSource.start(target, CALLS, INTERVAL, freshness, InstantSource.system());
    open.add(0, source);
    return new Watch(source, value -> value == TRUE_VALUE);
  }

  private static String truth(String query) {
    String value = query.contains("timestamp(") ? "1999999999.9" : "20";
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":"
        + "{\"replica\":\"r1\"},\"value\":[2000000000,\"" + value + "\"]}]}}";
  }
}
