// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DrainTest {
  private static final long MS = 1_000_000L;
  private static final long BEGUN = -5_000 * MS;

  private final Drain drain = new Drain(BEGUN, 9_000 * MS);

  @Test
  void an_idle_server_stops_listening_after_a_second() {
    assertThat(drain.mayStopListening(BEGUN - 60_000 * MS, true, at(999))).isFalse();
    assertThat(drain.mayStopListening(BEGUN - 60_000 * MS, true, at(1_000))).isTrue();
  }

  @Test
  void each_new_call_keeps_it_listening_for_a_second() {
    assertThat(drain.mayStopListening(at(700), true, at(1_500))).isFalse();
    assertThat(drain.mayStopListening(at(700), true, at(1_700))).isTrue();
  }

  @Test
  void it_listens_until_the_registry_confirmed() {
    assertThat(drain.mayStopListening(BEGUN, false, at(4_000))).isFalse();
    assertThat(drain.mayStopListening(BEGUN, true, at(4_000))).isTrue();
  }

  @Test
  void callers_that_never_go_have_half_of_the_time() {
    assertThat(drain.mayStopListening(at(4_499), false, at(4_499))).isFalse();
    assertThat(drain.mayStopListening(at(4_500), false, at(4_500))).isTrue();
  }

  @Test
  void it_closes_when_no_call_is_left_for_half_a_second_or_its_time_is_up() {
    assertThat(drain.mayClose(0, at(2_000), at(2_499))).isFalse();
    assertThat(drain.mayClose(0, at(2_000), at(2_500))).isTrue();
    assertThat(drain.mayClose(1, at(8_999), at(8_999))).isFalse();
    assertThat(drain.mayClose(1, at(9_000), at(9_000))).isTrue();
  }

  private static long at(long millis) {
    return BEGUN + millis * MS;
  }
}
