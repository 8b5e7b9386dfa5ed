// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class CallWindowTest {
  private static final long MS = 1_000_000L;
  private static final long BEGIN = 77_777L;
  private static final Offset<Double> TINY = within(1e-9);

  private final CallWindow window = new CallWindow(BEGIN);

  @Test
  void nothing_is_known_before_the_first_slot_is_over() {
    window.arrived(BEGIN + 10 * MS);
    assertThat(window.rates(BEGIN + 99 * MS).arrivedPerSecond()).isNaN();
    assertThat(window.rates(BEGIN + 99 * MS).meanBusy()).isNaN();
    assertThat(window.rates(BEGIN + 100 * MS).arrivedPerSecond()).isEqualTo(10, TINY);
  }

  @Test
  void a_steady_stream_gives_its_rate_at_every_moment() {
    for (int i = 0; i < 5_000; i++) {
      long now = BEGIN + i * MS;
      window.arrived(now);
      if (i >= 1_000) {
        assertThat(window.rates(now).arrivedPerSecond()).isBetween(999.0, 1002.5);
      }
    }
  }

  @Test
  void a_step_is_seen_whole_within_a_second_and_without_a_jump() {
    double before = 0;
    for (int i = 0; i < 1_000; i++) {
      window.arrived(BEGIN + 5_000 * MS + i * MS);
      double rate = window.rates(BEGIN + 5_000 * MS + i * MS).arrivedPerSecond();
      assertThat(rate - before).as("after %d ms", i).isBetween(-3.0, 3.0 + 0.12 * rate);
      before = rate;
    }
    assertThat(before).isEqualTo(1000, within(2.0));
  }

  @Test
  void what_is_older_than_a_second_is_forgotten() {
    window.arrived(BEGIN);
    window.failed(BEGIN);
    window.started(MS, BEGIN);
    CallWindow.Rates rates = window.rates(BEGIN + 1_000 * MS);
    assertThat(rates.arrivedPerSecond()).isZero();
    assertThat(rates.failedPerSecond()).isZero();
    assertThat(rates.waitedNanos()).isZero();
    assertThat(window.rates(BEGIN + 86_400_000 * MS).arrivedPerSecond()).isZero();
  }

  @Test
  void busy_time_is_counted_while_it_runs() {
    window.busy(BEGIN);
    assertThat(window.rates(BEGIN + 10_000 * MS).meanBusy()).isEqualTo(1, TINY);
    window.busy(BEGIN + 10_000 * MS);
    assertThat(window.rates(BEGIN + 10_450 * MS).meanBusy()).isEqualTo((0.95 + 0.45) / 0.95, TINY);
    window.idle(BEGIN + 10_500 * MS);
    window.idle(BEGIN + 10_500 * MS);
    assertThat(window.rates(BEGIN + 11_500 * MS).meanBusy()).isZero();
  }

  @Test
  void half_busy_is_half() {
    for (int i = 0; i < 100; i++) {
      window.busy(BEGIN + i * 20L * MS);
      window.idle(BEGIN + i * 20L * MS + 10 * MS);
    }
    assertThat(window.rates(BEGIN + 2_000 * MS).meanBusy()).isEqualTo(0.5, TINY);
  }

  @Test
  void the_wait_is_the_mean_of_the_calls_that_started() {
    window.started(10 * MS, BEGIN + 10 * MS);
    window.started(30 * MS, BEGIN + 20 * MS);
    window.started(-5 * MS, BEGIN + 30 * MS);
    assertThat(window.rates(BEGIN + 200 * MS).waitedNanos()).isEqualTo(40 * MS / 3);
  }

  @Test
  void time_that_jumps_back_stands_still() {
    window.busy(BEGIN + 500 * MS);
    window.arrived(BEGIN + 100 * MS);
    window.idle(BEGIN + 200 * MS);
    CallWindow.Rates rates = window.rates(BEGIN + 300 * MS);
    assertThat(rates.meanBusy()).isZero();
    assertThat(rates.arrivedPerSecond()).isEqualTo(2, TINY);
  }
}
