// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.grpc.orca.OrcaLoadReport;
import dev.sinew.grpc.orca.OrcaReports;
import dev.sinew.load.LoadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReceivedReportTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration THREE = Duration.ofSeconds(3);

  @Test
  void each_known_value_becomes_a_signal() {
    LoadReport full = new LoadReport(0.5, 0.25, 0.125, 100, 2, 7, 1_500_000_000L, 1, 1, false);
    assertThat(signals(received(OrcaReports.toOrca(full)), AT))
        .containsExactly(
            new Signal(Metric.UTILIZATION, "a", 0.5, AT),
            new Signal(Metric.CPU, "a", 0.25, AT),
            new Signal(Metric.MEMORY, "a", 0.125, AT),
            new Signal(Metric.CALLS_PER_SECOND, "a", 100, AT),
            new Signal(Metric.ERRORS_PER_SECOND, "a", 2, AT),
            new Signal(Metric.IN_FLIGHT, "a", 7, AT),
            new Signal(Metric.QUEUE_SECONDS, "a", 1.5, AT));
  }

  @Test
  void known_zeros_are_signals_and_unknowns_are_none() {
    LoadReport zeros = new LoadReport(0, 0, 0, 0, 0, 0, 0, 0, 0, false);
    assertThat(signals(received(OrcaReports.toOrca(zeros)), AT)).hasSize(7);
    assertThat(signals(received(OrcaReports.toOrca(LoadReport.UNKNOWN)), AT)).isEmpty();
    assertThat(signals(received(OrcaLoadReport.getDefaultInstance()), AT)).isEmpty();
  }

  @Test
  void implausible_values_are_no_signals_and_are_noticed() {
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.5, 1e300
        }) {
      ReceivedReport received = received(OrcaLoadReport.newBuilder()
          .setApplicationUtilization(bad)
          .setCpuUtilization(0.5)
          .build());
      assertThat(received.implausible()).as("%s", bad).isTrue();
      assertThat(signals(received, AT)).containsExactly(new Signal(Metric.CPU, "a", 0.5, AT));
    }
  }

  @Test
  void implausible_named_metrics_are_no_signals_and_are_noticed() {
    for (String name : List.of("sinew.in_flight", "sinew.queue_seconds")) {
      for (double bad : new double[] {1e300, 4e15, -1, Double.NaN}) {
        ReceivedReport received = received(OrcaLoadReport.newBuilder()
            .setCpuUtilization(0.5)
            .putNamedMetrics(name, bad)
            .build());
        assertThat(received.implausible()).as("%s %s", name, bad).isTrue();
        assertThat(signals(received, AT)).containsExactly(new Signal(Metric.CPU, "a", 0.5, AT));
      }
    }
  }

  @Test
  void a_plausible_report_is_not_taken_for_a_bad_one() {
    assertThat(received(OrcaReports.toOrca(LoadReport.UNKNOWN)).implausible()).isFalse();
    assertThat(
            received(OrcaLoadReport.newBuilder().setCpuUtilization(1.5).build()).implausible())
        .isFalse();
  }

  @Test
  void it_is_fresh_for_its_time_and_not_longer() {
    ReceivedReport received = received(OrcaLoadReport.getDefaultInstance());
    assertThat(received.fresh(AT.plusSeconds(3), THREE)).isTrue();
    assertThat(received.fresh(AT.plusMillis(3001), THREE)).isFalse();
    assertThat(received.fresh(AT.minusMillis(10), THREE)).isTrue();
    assertThat(received.fresh(AT.minusSeconds(4), THREE)).as("the clock jumped").isFalse();
  }

  @Test
  void no_signal_is_later_than_the_reader() {
    ReceivedReport received =
        received(OrcaLoadReport.newBuilder().setCpuUtilization(0.5).build());
    assertThat(signals(received, AT.minusMillis(10)).get(0).at()).isEqualTo(AT.minusMillis(10));
  }

  private static ReceivedReport received(OrcaLoadReport orca) {
    return ReceivedReport.of(orca, AT);
  }

  private static List<Signal> signals(ReceivedReport received, Instant now) {
    List<Signal> signals = new ArrayList<>();
    received.addSignals("a", now, signals);
    return signals;
  }
}
