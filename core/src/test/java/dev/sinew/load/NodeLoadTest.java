// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.Concurrently;
import org.junit.jupiter.api.Test;

class NodeLoadTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  private final NodeLoad load = new NodeLoad();

  @Test
  void a_success_counts_with_its_latency() {
    call(0, 5 * MILLI, Outcome.SUCCESS);
    assertThat(load.pending()).isZero();
    assertThat(load.latencyNanos(5 * MILLI)).isEqualTo(5 * MILLI);
  }

  @Test
  void failing_fast_never_looks_like_answering_fast() {
    call(0, MILLI, Outcome.FAILURE);
    assertThat(load.latencyNanos(MILLI)).isEqualTo(200 * MILLI);
    NodeLoad shedding = new NodeLoad();
    shedding.started(0);
    shedding.completed(MILLI, MILLI, Outcome.OVERLOADED, null);
    assertThat(shedding.latencyNanos(MILLI)).isEqualTo(200 * MILLI);
  }

  @Test
  void repeated_failures_weigh_more_and_more_up_to_ten_seconds() {
    double before = 0;
    for (int second = 0; second < 60; second++) {
      call(second * SECOND, MILLI, Outcome.FAILURE);
      double after = load.latencyNanos(second * SECOND + MILLI);
      if (second < 6) {
        assertThat(after).isGreaterThan(before);
      }
      before = after;
    }
    assertThat(before).isBetween(9.9 * SECOND, 10.0 * SECOND);
  }

  @Test
  void a_slow_failure_counts_with_its_length() {
    call(0, 30 * SECOND, Outcome.FAILURE);
    assertThat(load.latencyNanos(30 * SECOND)).isEqualTo(30 * SECOND);
  }

  @Test
  void what_is_ignored_says_nothing_of_latency() {
    call(0, 3600 * SECOND, Outcome.IGNORED);
    assertThat(load.latencyNanos(3600 * SECOND)).isNaN();
    assertThat(load.pending()).isZero();
  }

  @Test
  void latency_fades_while_idle_and_is_back_while_a_call_is_in_flight() {
    call(0, 5 * MILLI, Outcome.SUCCESS);
    assertThat(load.latencyNanos(5 * MILLI)).isEqualTo(5 * MILLI);
    assertThat(load.latencyNanos(SECOND)).isLessThan(MILLI);
    load.started(SECOND);
    assertThat(load.latencyNanos(SECOND)).isEqualTo(5 * MILLI);
  }

  @Test
  void a_stream_counts_as_a_stream_and_nowhere_else() {
    load.streamStarted();
    load.streamStarted();
    assertThat(load.streams()).isEqualTo(2);
    assertThat(load.pending()).isZero();
    assertThat(load.stalledNanos(3600 * SECOND)).isZero();
    LoadReport report = new LoadReport(0.5, 0, 0, 1, 0, 1, 1, 1, 1, false);
    load.streamEnded(SECOND, report);
    assertThat(load.streams()).isEqualTo(1);
    assertThat(load.latencyNanos(SECOND)).isNaN();
    assertThat(load.report(SECOND, SECOND)).isSameAs(report);
  }

  @Test
  void stalls_while_nothing_is_answered() {
    load.started(0);
    assertThat(load.pending()).isEqualTo(1);
    assertThat(load.stalledNanos(3 * SECOND)).isEqualTo(3 * SECOND);
  }

  @Test
  void reports_are_known_until_they_are_too_old() {
    LoadReport report = new LoadReport(0.5, 0, 0, 1, 0, 1, 1, 1, 1, false);
    assertThat(load.report(0, SECOND)).isSameAs(LoadReport.UNKNOWN);
    load.reported(report, SECOND);
    assertThat(load.report(2 * SECOND, SECOND)).isSameAs(report);
    assertThat(load.report(2 * SECOND + 1, SECOND)).isSameAs(LoadReport.UNKNOWN);
  }

  @Test
  void a_report_may_come_with_an_answer() {
    LoadReport report = new LoadReport(0.5, 0, 0, 1, 0, 1, 1, 1, 1, false);
    load.started(0);
    load.completed(SECOND, SECOND, Outcome.SUCCESS, report);
    assertThat(load.report(SECOND, SECOND)).isSameAs(report);
  }

  @Test
  void eight_threads_lose_no_call() throws Exception {
    Concurrently.run(8, thread -> {
      for (int i = 0; i < 10_000; i++) {
        call(i, MILLI, Outcome.SUCCESS);
      }
      load.started(0);
    });
    assertThat(load.pending()).isEqualTo(8);
    assertThat(load.latencyNanos(SECOND)).isEqualTo(MILLI);
  }

  private void call(long startNanos, long latencyNanos, Outcome outcome) {
    load.started(startNanos);
    load.completed(startNanos + latencyNanos, latencyNanos, outcome, null);
  }
}
