// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatencyAverageTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  private final LatencyAverage average = new LatencyAverage();

  @Test
  void is_unknown_before_the_first_call() {
    assertThat(average.nanos()).isNaN();
    assertThat(average.nanos(SECOND)).isNaN();
  }

  @Test
  void the_first_call_sets_it() {
    average.add(5 * MILLI, SECOND);
    assertThat(average.nanos()).isEqualTo(5 * MILLI);
  }

  @Test
  void after_one_time_constant_the_newest_weighs_63_percent() {
    average.add(0, 0);
    average.add(100 * MILLI, SECOND);
    assertThat(average.nanos()).isCloseTo(63.21 * MILLI, within(0.01 * MILLI));
  }

  @Test
  void peaks_rise_and_decay_alike() {
    average.add(10 * MILLI, 0);
    average.add(110 * MILLI, SECOND);
    double risen = average.nanos() - 10 * MILLI;
    LatencyAverage other = new LatencyAverage();
    other.add(110 * MILLI, 0);
    other.add(10 * MILLI, SECOND);
    assertThat(110 * MILLI - other.nanos()).isCloseTo(risen, within(1.0));
  }

  @Test
  void forgets_at_the_same_pace_at_any_rate() {
    assertThat(afterASecond(10)).isCloseTo(afterASecond(1000), within(0.001 * MILLI));
  }

  @Test
  void calls_of_the_same_instant_and_of_the_past_count_a_little() {
    average.add(10 * MILLI, SECOND);
    average.add(20 * MILLI, SECOND);
    average.add(20 * MILLI, 0);
    assertThat(average.nanos()).isBetween(10.0 * MILLI, 10.1 * MILLI);
  }

  @Test
  void impossible_latencies_do_not_make_a_replica_look_fast() {
    average.add(-5 * SECOND, 0);
    assertThat(average.nanos()).isPositive();
    average.add(10 * MILLI, SECOND);
    average.add(Long.MIN_VALUE, 2 * SECOND);
    assertThat(average.nanos()).isPositive();
  }

  @Test
  void what_was_long_ago_is_unknown() {
    average.add(10 * MILLI, SECOND);
    assertThat(average.nanos(11 * SECOND)).isEqualTo(10 * MILLI);
    assertThat(average.nanos(11 * SECOND + 1)).isNaN();
  }

  private static double afterASecond(int calls) {
    LatencyAverage average = new LatencyAverage();
    average.add(0, 0);
    for (int i = 1; i <= calls; i++) {
      average.add(100 * MILLI, i * SECOND / calls);
    }
    return average.nanos();
  }
}
