// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.prometheus.PrometheusQueries.Names;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrometheusQueriesTest {
  private static final Duration WINDOW = Duration.ofSeconds(30);

  @Test
  void each_family_says_what_it_tells() {
    assertThat(PrometheusQueries.of("orders", WINDOW, Names.SINEW).tells())
        .containsExactly(Metric.values());
    assertThat(PrometheusQueries.of("orders", WINDOW, Names.GRPC).tells())
        .containsExactly(Metric.CALLS_PER_SECOND, Metric.ERRORS_PER_SECOND);
    assertThat(PrometheusQueries.of("orders", WINDOW, Names.MICROMETER).tells())
        .containsExactly(
            Metric.CPU, Metric.MEMORY, Metric.CALLS_PER_SECOND, Metric.ERRORS_PER_SECOND);
    assertThat(PrometheusQueries.of("orders", WINDOW, Names.ENVOY).tells())
        .containsExactly(Metric.CALLS_PER_SECOND, Metric.ERRORS_PER_SECOND);
  }

  @ParameterizedTest
  @EnumSource(Names.class)
  void rates_are_summed_and_sums_never_rated(Names names) {
    PrometheusQueries queries = PrometheusQueries.of("orders", WINDOW, names);
    for (Metric metric : queries.tells()) {
      assertThat(queries.promql(metric))
          .contains("orders")
          .doesNotContain("rate(sum", "$")
          .doesNotContainPattern("rate\\([a-z_]+\\{[^}]*\\}\\)");
    }
  }

  @Test
  void the_services_name_is_a_value_whatever_is_in_it() {
    PrometheusQueries queries = PrometheusQueries.of("or\\der\"s} or up", WINDOW)
        .with(Metric.CPU, "x{service=\"$service\"}[$window]");
    assertThat(queries.promql(Metric.CPU))
        .isEqualTo("x{service=\"or\\\\der\\\"s} or up\"}[30000ms]");
    assertThat(queries.all().get(0).times())
        .isEqualTo("min by (replica) (timestamp(x{service=\"or\\\\der\\\"s} or up\"}))");
  }

  @Test
  void an_expression_of_ones_own_replaces_the_known_one() {
    PrometheusQueries queries = PrometheusQueries.of("orders", WINDOW, Names.GRPC)
        .with(Metric.CALLS_PER_SECOND, "sum(rate(x[30s]))")
        .with(Metric.CPU, "cpu");
    assertThat(queries.promql(Metric.CALLS_PER_SECOND)).isEqualTo("sum(rate(x[30s]))");
    assertThat(queries.tells()).hasSize(3);
    assertThat(queries.only(List.of(Metric.CPU, Metric.MEMORY)).tells())
        .containsExactly(Metric.CPU);
    assertThatIllegalArgumentException().isThrownBy(() -> queries.promql(Metric.MEMORY));
  }

  @Test
  void what_cannot_be_asked_is_refused() {
    PrometheusQueries none = PrometheusQueries.of("orders", WINDOW);
    assertThatIllegalArgumentException().isThrownBy(() -> none.with(Metric.CPU, "vector(1)"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.with(Metric.CPU, "x + " + "1".repeat(4096)))
        .withMessage("query: 4100 (expected: at most 4096 characters)");
    assertThatIllegalArgumentException().isThrownBy(() -> PrometheusQueries.of("", WINDOW));
    assertThatIllegalArgumentException().isThrownBy(() -> PrometheusQueries.of("a\nb", WINDOW));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrometheusQueries.of("orders", Duration.ofMillis(999)));
  }
}
