// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.load.LoadReport;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Beside an application's own metrics. */
class MicrometerTest {
  @Test
  void micrometer_shows_sinews_metrics_beside_its_own() {
    PrometheusMeterRegistry micrometer = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    micrometer.counter("orders.placed", "shop", "north").increment(3);
    SinewMetrics.in(micrometer.getPrometheusRegistry())
        .server(Set.of("a.B/C"), () -> LoadReport.UNKNOWN)
        .call("a.B/C")
        .ended(Code.OK, 1_000_000);
    assertThat(micrometer.scrape())
        .contains("orders_placed_total{shop=\"north\"} 3.0")
        .contains("sinew_server_calls_total{code=\"OK\",method=\"a.B/C\"} 1.0")
        .contains("sinew_server_call_duration_seconds_bucket{method=\"a.B/C\",le=\"0.001\"} 1");
  }

  @Test
  void a_registry_that_micrometer_was_given_shows_both() {
    PrometheusRegistry registry = new PrometheusRegistry();
    PrometheusMeterRegistry micrometer =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, registry, Clock.SYSTEM);
    micrometer.timer("orders.work").record(java.time.Duration.ofMillis(5));
    Counter own = Counter.builder().name("own_total").register(registry);
    own.inc();
    var unused = SinewMetrics.in(registry).server(Set.of("a.B/C"), () -> LoadReport.UNKNOWN);
    assertThat(Scrape.of(registry).text())
        .contains("orders_work_seconds_count 1")
        .contains("own_total 1.0")
        .contains("sinew_server_draining 0.0");
  }

  @Test
  void a_registry_has_each_metric_once_however_often_it_is_asked() {
    PrometheusRegistry registry = new PrometheusRegistry();
    for (int i = 0; i < 3; i++) {
      SinewMetrics.in(registry)
          .server(Set.of("a.B/C"), () -> LoadReport.UNKNOWN)
          .call("a.B/C")
          .ended(Code.OK, 1);
    }
    assertThat(Scrape.of(registry).value("sinew_server_calls_total{code=\"OK\",method=\"a.B/C\"}"))
        .isEqualTo(3);
  }
}
