// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.orca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.load.LoadReport;
import io.grpc.Metadata;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OrcaReportsTest {
  private static final LoadReport FULL =
      new LoadReport(0.5, 0.25, 0.125, 100, 2, 7, 1_500_000_000L, 40, 3, true);
  private static final LoadReport ZEROS = new LoadReport(0, 0, 0, 0, 0, 0, 0, 0, 0, false);

  @Test
  void a_report_survives_the_round_trip() {
    assertThat(roundTrip(FULL)).isEqualTo(FULL);
  }

  @Test
  void zero_stays_zero_and_unknown_stays_unknown() {
    assertThat(roundTrip(ZEROS)).isEqualTo(ZEROS);
    assertThat(roundTrip(LoadReport.UNKNOWN)).isEqualTo(LoadReport.UNKNOWN);
    LoadReport mixed = new LoadReport(0, Double.NaN, 0.5, Double.NaN, 0, -1, 0, -1, 0, false);
    assertThat(roundTrip(mixed)).isEqualTo(mixed);
  }

  @Test
  void a_foreign_zero_is_unknown() {
    LoadReport empty = OrcaReports.fromOrca(OrcaLoadReport.getDefaultInstance());
    assertThat(empty).isEqualTo(LoadReport.UNKNOWN);
    LoadReport some = OrcaReports.fromOrca(
        OrcaLoadReport.newBuilder().setCpuUtilization(0.5).setRpsFractional(10).build());
    assertThat(some.cpu()).isEqualTo(0.5);
    assertThat(some.callsPerSecond()).isEqualTo(10);
    assertThat(some.errorsPerSecond()).as("of known calls").isZero();
    assertThat(some.utilization()).isNaN();
    assertThat(some.inFlight()).isEqualTo(-1);
  }

  @Test
  void implausible_values_are_unknown() {
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, 1e300}) {
      LoadReport report = OrcaReports.fromOrca(OrcaLoadReport.newBuilder()
          .setApplicationUtilization(bad)
          .setCpuUtilization(bad)
          .setMemUtilization(bad)
          .setRpsFractional(bad)
          .setEps(bad)
          .putNamedMetrics("sinew.unknown", bad)
          .putNamedMetrics("sinew.in_flight", bad)
          .putNamedMetrics("sinew.within_objective", bad)
          .putNamedMetrics("sinew.over_objective", bad)
          .putNamedMetrics("sinew.draining", Double.NaN)
          .build());
      assertThat(report).as("%s", bad).isEqualTo(LoadReport.UNKNOWN);
    }
  }

  @Test
  void trailers_carry_one_report() {
    Metadata trailers = new Metadata();
    OrcaReports.attach(ZEROS, trailers);
    OrcaReports.attach(FULL, trailers);
    assertThat(trailers.getAll(OrcaReports.TRAILER)).hasSize(1);
    assertThat(OrcaReports.fromTrailers(trailers)).isEqualTo(FULL);
    assertThat(OrcaReports.fromTrailers(new Metadata())).isNull();
  }

  @Test
  void hostile_bytes_are_no_report_and_never_throw() {
    long seed = 42;
    Random random = new Random(seed);
    byte[] good = OrcaReports.toOrca(FULL).toByteArray();
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = good.clone();
      for (int flips = random.nextInt(8); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      LoadReport report = OrcaReports.fromTrailers(trailers(bytes));
      if (report != null) {
        assertThat(report.utilization() >= 0 || Double.isNaN(report.utilization()))
            .as("seed %d, round %d: %s", seed, i, report)
            .isTrue();
      }
    }
    assertThat(OrcaReports.fromTrailers(trailers(new byte[] {-1, -1, -1}))).isNull();
  }

  @Test
  void a_report_that_is_too_long_is_not_read() {
    OrcaLoadReport.Builder orca = OrcaLoadReport.newBuilder().setCpuUtilization(0.5);
    assertThat(OrcaReports.fromTrailers(trailers(orca.build().toByteArray()))).isNotNull();
    for (int i = 0; i < 10_000; i++) {
      orca.putNamedMetrics("metric" + i, i);
    }
    assertThat(OrcaReports.fromTrailers(trailers(orca.build().toByteArray()))).isNull();
  }

  private static Metadata trailers(byte[] bytes) {
    Metadata trailers = new Metadata();
    trailers.put(OrcaReports.TRAILER, bytes);
    return trailers;
  }

  private static LoadReport roundTrip(LoadReport report) {
    return OrcaReports.fromOrca(OrcaReports.toOrca(report));
  }
}
