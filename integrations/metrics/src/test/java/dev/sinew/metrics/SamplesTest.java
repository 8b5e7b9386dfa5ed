// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static final MetricSpec GAUGE =
      MetricSpec.gauge("sinew_test_ratio", "ratio", "A test.", "service");
  private static final MetricSpec COUNTER =
      MetricSpec.counter("sinew_test_total", "tests", "Tests.", "service");

  @Test
  void unknown_values_have_no_sample_and_a_metric_without_any_is_absent() {
    String text = scrape(GAUGE, Double.NaN, -1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    assertThat(text).isEmpty();
    assertThat(scrape(GAUGE, 0)).contains("sinew_test_ratio{service=\"s0\"} 0.0\n");
  }

  @Test
  void the_first_value_of_a_series_stands() {
    Samples samples = new Samples(List.of(COUNTER));
    samples.add(COUNTER, 1, "a");
    samples.add(COUNTER, 2, "a");
    assertThat(samples.snapshots().get(0).getDataPoints()).hasSize(1);
  }

  @Test
  void hostile_label_values_stay_within_their_line() {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(
        new SampleCollector(List.of(GAUGE), to -> to.add(GAUGE, 1, "a\"} 7\nsinew_evil 1\n\\")));
    assertThat(Scrape.of(registry).lines())
        .containsExactly(
            "# HELP sinew_test_ratio A test.",
            "# TYPE sinew_test_ratio gauge",
            "sinew_test_ratio{service=\"a\\\"} 7\\nsinew_evil 1\\n\\\\\"} 1.0");
  }

  @Test
  void a_metric_that_was_not_announced_or_a_label_too_few_is_refused() {
    Samples samples = new Samples(List.of(GAUGE));
    assertThatIllegalArgumentException().isThrownBy(() -> samples.add(COUNTER, 1, "a"));
    assertThatIllegalArgumentException().isThrownBy(() -> samples.add(GAUGE, 1));
  }

  @Test
  void names_follow_the_conventions_or_are_refused() {
    for (String name :
        List.of("orders_total", "sinew_Total_total", "sinew_total_x", "sinew_calls")) {
      assertThatIllegalArgumentException()
          .as(name)
          .isThrownBy(() -> MetricSpec.counter(name, "calls", "X."));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricSpec.gauge("sinew_calls_total", "calls", "X."));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricSpec.gauge("sinew_calls", "calls", "X.", "Label"));
  }

  private static String scrape(MetricSpec metric, double... values) {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new SampleCollector(List.of(metric), to -> {
      for (int i = 0; i < values.length; i++) {
        to.add(metric, values[i], "s" + i);
      }
    }));
    return Scrape.of(registry).text();
  }
}
