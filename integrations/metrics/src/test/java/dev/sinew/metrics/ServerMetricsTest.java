// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.grpc.observe.ServerObserver;
import dev.sinew.load.LoadReport;
import io.grpc.Status.Code;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
  private static final Set<String> METHODS = Set.of("shop.Orders/Place", "shop.Orders/Get");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final SinewMetrics metrics = SinewMetrics.in(registry);
  private final AtomicReference<LoadReport> report = new AtomicReference<>(LoadReport.UNKNOWN);

  @Test
  void a_call_is_counted_by_its_method_and_code_and_timed() {
    ServerObserver server = metrics.server(METHODS, report::get);
    server.call("shop.Orders/Place").ended(Code.OK, 30_000_000);
    server.call("shop.Orders/Place").ended(Code.OK, 3_000_000_000L);
    server.call("shop.Orders/Place").ended(Code.UNAVAILABLE, 1);
    Scrape now = Scrape.of(registry);
    assertThat(now.value(calls("shop.Orders/Place", Code.OK))).isEqualTo(2);
    assertThat(now.value(calls("shop.Orders/Place", Code.UNAVAILABLE))).isEqualTo(1);
    String duration = "sinew_server_call_duration_seconds";
    assertThat(now.value(duration + "_count{method=\"shop.Orders/Place\"}")).isEqualTo(3);
    assertThat(now.value(duration + "_bucket{method=\"shop.Orders/Place\",le=\"0.05\"}"))
        .isEqualTo(2);
    assertThat(now.value(duration + "_sum{method=\"shop.Orders/Place\"}")).isBetween(3.03, 3.0301);
  }

  @Test
  void a_method_that_was_not_called_has_a_series_and_a_code_that_was_not_seen_has_none() {
    ServerObserver unused = metrics.server(METHODS, report::get);
    Scrape now = Scrape.of(registry);
    assertThat(now.series("sinew_server_calls_total"))
        .containsExactlyInAnyOrder(
            calls("shop.Orders/Place", Code.OK), calls("shop.Orders/Get", Code.OK));
    assertThat(now.value(calls("shop.Orders/Get", Code.OK))).isZero();
  }

  @Test
  void callers_cannot_make_series_by_inventing_methods() {
    ServerObserver server = metrics.server(METHODS, report::get);
    for (int i = 0; i < 10_000; i++) {
      server.call("evil/" + i + "\"}\n").ended(Code.UNIMPLEMENTED, 1);
    }
    Scrape now = Scrape.of(registry);
    assertThat(now.value(calls("other", Code.UNIMPLEMENTED))).isEqualTo(10_000);
    assertThat(now.text()).doesNotContain("evil");
  }

  @Test
  void beyond_two_hundred_methods_they_share_one_series() {
    Set<String> many = IntStream.range(0, 5000).mapToObj(i -> "s/" + i).collect(Collectors.toSet());
    ServerObserver server = metrics.server(many, report::get);
    many.forEach(method -> server.call(method).ended(Code.OK, 1));
    Scrape now = Scrape.of(registry);
    assertThat(now.series("sinew_server_calls_total")).hasSize(201);
    assertThat(now.value(calls("other", Code.OK))).isEqualTo(4800);
  }

  @Test
  void what_is_unknown_has_no_sample() {
    ServerObserver unused = metrics.server(METHODS, report::get);
    Scrape now = Scrape.of(registry);
    assertThat(now.series("sinew_server_utilization_ratio")).isEmpty();
    assertThat(now.series("sinew_server_in_flight")).isEmpty();
    assertThat(now.series("sinew_server_queue_seconds")).isEmpty();
    assertThat(now.text()).doesNotContain("NaN");
  }

  @Test
  void the_load_is_shown_as_it_is_reported() {
    ServerObserver unused = metrics.server(METHODS, report::get);
    report.set(new LoadReport(0.5, 0.25, 0.125, 100, 0, 7, 1_500_000_000, 40, 2, true));
    Scrape now = Scrape.of(registry);
    assertThat(now.value("sinew_server_utilization_ratio")).isEqualTo(0.5);
    assertThat(now.value("sinew_server_cpu_ratio")).isEqualTo(0.25);
    assertThat(now.value("sinew_server_memory_ratio")).isEqualTo(0.125);
    assertThat(now.value("sinew_server_in_flight")).isEqualTo(7);
    assertThat(now.value("sinew_server_queue_seconds")).isEqualTo(1.5);
    assertThat(now.value("sinew_server_draining")).isEqualTo(1);
    assertThat(now.value("sinew_server_within_objective_total")).isEqualTo(40);
    assertThat(now.value("sinew_server_over_objective_total")).isEqualTo(2);
  }

  @Test
  void a_counter_does_not_go_back_when_a_report_says_nothing_or_a_server_stops() {
    ServerObserver first = metrics.server(METHODS, report::get);
    ServerObserver second =
        metrics.server(METHODS, () -> new LoadReport(0.9, 0.1, 0.1, 1, 0, 3, 0, 10, 1, false));
    report.set(new LoadReport(0.5, 0.1, 0.1, 1, 0, 4, 0, 40, 2, false));
    assertThat(Scrape.of(registry).value("sinew_server_within_objective_total")).isEqualTo(50);
    assertThat(Scrape.of(registry).value("sinew_server_in_flight")).isEqualTo(7);
    assertThat(Scrape.of(registry).value("sinew_server_utilization_ratio")).isEqualTo(0.9);
    report.set(LoadReport.UNKNOWN);
    assertThat(Scrape.of(registry).value("sinew_server_within_objective_total")).isEqualTo(50);
    assertThat(Scrape.of(registry).series("sinew_server_in_flight")).isEmpty();
    first.stopped();
    first.stopped();
    second.stopped();
    assertThat(Scrape.of(registry).value("sinew_server_within_objective_total")).isEqualTo(50);
    assertThat(Scrape.of(registry).value("sinew_server_over_objective_total")).isEqualTo(3);
    assertThat(Scrape.of(registry).series("sinew_server_draining")).isEmpty();
  }

  private static String calls(String method, Code code) {
    return "sinew_server_calls_total{code=\"" + code + "\",method=\"" + method + "\"}";
  }
}
