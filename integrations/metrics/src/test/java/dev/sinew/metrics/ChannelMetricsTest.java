// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.grpc.observe.ChannelFigures;
import dev.sinew.grpc.observe.ChannelObserver;
import dev.sinew.grpc.state.ChannelStats;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChannelMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  @Test
  void of_several_channels_to_one_service_the_worst_is_shown_and_counts_are_added() {
    open("orders", figures(5, 4, 1, Duration.ofSeconds(2), false, 3, 0.5));
    ChannelObserver second = open("orders", figures(6, 1, 0, null, true, 4, Double.NaN));
    assertThat(value("sinew_client_endpoints{service=\"orders\",state=\"known\"}"))
        .isEqualTo(6);
    assertThat(value("sinew_client_endpoints{service=\"orders\",state=\"ready\"}"))
        .isEqualTo(1);
    assertThat(value("sinew_client_endpoints{service=\"orders\",state=\"retained\"}"))
        .isEqualTo(1);
    assertThat(value("sinew_client_discovery_age_seconds{service=\"orders\"}")).isEqualTo(2);
    assertThat(value("sinew_client_from_snapshot{service=\"orders\"}")).isEqualTo(1);
    assertThat(value("sinew_client_suspicious_lists_total{service=\"orders\"}")).isEqualTo(7);
    assertThat(value("sinew_client_retry_budget_ratio{service=\"orders\"}")).isEqualTo(0.5);
    second.closed();
    second.closed();
    assertThat(value("sinew_client_suspicious_lists_total{service=\"orders\"}")).isEqualTo(7);
    assertThat(value("sinew_client_from_snapshot{service=\"orders\"}")).isZero();
  }

  @Test
  void an_age_or_a_budget_that_is_not_known_has_no_sample() {
    open("orders", figures(0, 0, 0, null, false, 0, Double.NaN));
    assertThat(value("sinew_client_endpoints{service=\"orders\",state=\"known\"}"))
        .isZero();
    assertThat(Scrape.of(registry).series("sinew_client_discovery_age_seconds")).isEmpty();
    assertThat(Scrape.of(registry).series("sinew_client_retry_budget_ratio")).isEmpty();
  }

  @Test
  void services_and_methods_without_end_make_a_bounded_number_of_series() {
    for (int s = 0; s < 300; s++) {
      ChannelObserver channel = open("service-" + s, figures(1, 1, 0, null, false, 0, 1));
      for (int m = 0; m < 10; m++) {
        channel.call(method("a.B/m" + m)).ended(Code.OK, 1);
        channel.attempted(false);
      }
    }
    Scrape now = Scrape.of(registry);
    // 200 of their own, and "other" of each of 101 services at most.
    assertThat(now.series("sinew_client_calls_total")).hasSizeLessThanOrEqualTo(301);
    assertThat(now.series("sinew_client_attempts_total")).hasSize(202);
    assertThat(now.series("sinew_client_endpoints")).hasSize(303);
    double calls =
        now.series("sinew_client_calls_total").stream().mapToDouble(now::value).sum();
    assertThat(calls).isEqualTo(3000);
  }

  private ChannelObserver open(String service, ChannelFigures figures) {
    return SinewMetrics.in(registry).channel(service, () -> figures);
  }

  private double value(String series) {
    return Scrape.of(registry).value(series);
  }

  private static ChannelFigures figures(
      int known,
      int ready,
      int retained,
      @Nullable Duration age,
      boolean snapshot,
      long suspicious,
      double budget) {
    return new ChannelFigures(
        new ChannelStats(known, ready, retained, age, snapshot, suspicious, new TreeMap<>()),
        budget);
  }

  private static MethodDescriptor<String, String> method(String name) {
    MethodDescriptor.Marshaller<String> nothing = new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(String value) {
        return new ByteArrayInputStream(new byte[0]);
      }

      @Override
      public String parse(InputStream stream) {
        return "";
      }
    };
    return MethodDescriptor.newBuilder(nothing, nothing)
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }
}
