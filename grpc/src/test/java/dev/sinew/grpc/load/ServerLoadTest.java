// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.load.LoadReport;
import org.junit.jupiter.api.Test;

final class ServerLoadTest {
  private static final long MS = 1_000_000L;
  private static final double UNKNOWN = Double.NaN;

  private final ServerLoad load = new ServerLoad(4, 200 * MS, 0);

  @Test
  void a_new_server_knows_its_calls_but_no_rates() {
    LoadReport report = report(0);
    assertThat(report.utilization()).isNaN();
    assertThat(report.callsPerSecond()).isNaN();
    assertThat(report.inFlight()).isZero();
    assertThat(report.queueNanos()).isEqualTo(-1);
    assertThat(report.draining()).isFalse();
  }

  @Test
  void an_idle_server_reports_zeros_and_not_unknowns() {
    LoadReport report = report(5_000 * MS);
    assertThat(report.utilization()).isZero();
    assertThat(report.callsPerSecond()).isZero();
    assertThat(report.errorsPerSecond()).isZero();
    assertThat(report.queueNanos()).isZero();
  }

  @Test
  void utilization_is_the_busy_share_of_the_workers() {
    load.workerBusy(0);
    load.workerBusy(0);
    load.workerBusy(0);
    assertThat(report(2_000 * MS).utilization()).isEqualTo(0.75, within(1e-9));
  }

  @Test
  void utilization_without_workers_is_the_processor_share() {
    ServerLoad free = new ServerLoad(0, MS, 0);
    assertThat(free.report(0.6, UNKNOWN, false, 2_000 * MS).utilization()).isEqualTo(0.6);
    assertThat(free.report(UNKNOWN, UNKNOWN, false, 2_000 * MS).utilization()).isNaN();
  }

  @Test
  void a_call_is_in_flight_from_its_arrival_to_its_end() {
    load.arrived(0);
    load.arrived(0);
    assertThat(load.inFlight()).isEqualTo(2);
    load.started(MS, MS);
    assertThat(load.inFlight()).isEqualTo(2);
    load.closed(true, false, 2 * MS);
    load.closed(false, false, 2 * MS);
    assertThat(load.inFlight()).isZero();
    assertThat(report(10_000 * MS).queueNanos()).isZero();
  }

  @Test
  void calls_that_wait_while_none_starts_show_in_the_queue_wait() {
    load.arrived(1_000 * MS);
    load.started(0, 1_000 * MS);
    load.arrived(1_100 * MS);
    load.arrived(1_200 * MS);
    assertThat(report(1_300 * MS).queueNanos()).isEqualTo(200 * MS);
    assertThat(report(61_100 * MS).queueNanos()).isEqualTo(60_000 * MS);
    load.started(60_100 * MS, 61_200 * MS);
    assertThat(report(61_200 * MS).queueNanos()).isEqualTo(60_100 * MS);
  }

  @Test
  void answers_count_within_or_over_the_objective() {
    load.judged(0);
    load.judged(200 * MS);
    load.judged(200 * MS + 1);
    LoadReport report = report(MS);
    assertThat(report.withinObjective()).isEqualTo(2);
    assertThat(report.overObjective()).isEqualTo(1);
  }

  @Test
  void failures_are_errors_per_second() {
    for (int i = 0; i < 10; i++) {
      load.arrived(500 * MS);
      load.started(0, 500 * MS);
      load.closed(true, i < 3, 500 * MS);
    }
    LoadReport report = report(1_000 * MS);
    assertThat(report.callsPerSecond()).isEqualTo(10 / 0.9, within(1e-6));
    assertThat(report.errorsPerSecond()).isEqualTo(3 / 0.9, within(1e-6));
  }

  @Test
  void the_last_arrival_is_remembered() {
    assertThat(load.lastArrivalNanos()).isZero();
    load.arrived(7 * MS);
    load.closed(false, false, 9 * MS);
    assertThat(load.lastArrivalNanos()).isEqualTo(7 * MS);
  }

  private LoadReport report(long nowNanos) {
    return load.report(UNKNOWN, UNKNOWN, false, nowNanos);
  }
}
