// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadReportTest {
  private static final long HOUR = 3_600_000_000_000L;

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        -1,
        -Double.MIN_VALUE,
        1e300,
        1.1e9
      })
  void implausible_numbers_become_unknown(double value) {
    LoadReport report = new LoadReport(value, value, value, value, value, 1, 1, 1, 1, false);
    assertThat(report.utilization()).isNaN();
    assertThat(report.cpu()).isNaN();
    assertThat(report.memory()).isNaN();
    assertThat(report.callsPerSecond()).isNaN();
    assertThat(report.errorsPerSecond()).isNaN();
  }

  @Test
  void negative_counts_and_times_become_unknown() {
    LoadReport report =
        new LoadReport(0, 0, 0, 0, 0, Integer.MIN_VALUE, Long.MIN_VALUE, -7, -8, false);
    assertThat(report.inFlight()).isEqualTo(-1);
    assertThat(report.queueNanos()).isEqualTo(-1);
    assertThat(report.withinObjective()).isEqualTo(-1);
    assertThat(report.overObjective()).isEqualTo(-1);
  }

  @Test
  void what_is_beyond_any_replica_becomes_unknown() {
    LoadReport report = new LoadReport(100.1, 10.1, 1.51, 0, 0, 1_000_001, HOUR + 1, 0, 0, false);
    assertThat(report.utilization()).isNaN();
    assertThat(report.cpu()).isNaN();
    assertThat(report.memory()).isNaN();
    assertThat(report.inFlight()).isEqualTo(-1);
    assertThat(report.queueNanos()).isEqualTo(-1);
  }

  @Test
  void plausible_values_stay() {
    LoadReport report = new LoadReport(100, 10, 1.5, 1e9, 0, 1_000_000, HOUR, 5, 6, true);
    assertThat(report).isEqualTo(new LoadReport(100, 10, 1.5, 1e9, 0, 1_000_000, HOUR, 5, 6, true));
    assertThat(report.utilization()).isEqualTo(100);
    assertThat(report.cpu()).isEqualTo(10);
    assertThat(report.callsPerSecond()).isEqualTo(1e9);
    assertThat(report.inFlight()).isEqualTo(1_000_000);
    assertThat(report.queueNanos()).isEqualTo(HOUR);
  }

  @Test
  void negative_zero_is_zero() {
    LoadReport report = new LoadReport(-0.0, 0, 0, 0, 0, 0, 0, 0, 0, false);
    assertThat(Double.doubleToRawLongBits(report.utilization())).isZero();
  }

  @Test
  void the_report_that_says_nothing_has_no_zero_in_it() {
    assertThat(LoadReport.UNKNOWN.utilization()).isNaN();
    assertThat(LoadReport.UNKNOWN.inFlight()).isEqualTo(-1);
    assertThat(LoadReport.UNKNOWN.draining()).isFalse();
  }
}
