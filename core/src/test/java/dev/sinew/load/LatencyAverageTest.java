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
    assertThat(average.fadedNanos(SECOND)).isNaN();
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
  void fades_when_read_and_is_not_changed_by_that() {
    average.add(100 * MILLI, 0);
    assertThat(average.fadedNanos(0)).isEqualTo(100 * MILLI);
    assertThat(average.fadedNanos(100 * MILLI)).isCloseTo(36.8 * MILLI, within(0.1 * MILLI));
    assertThat(average.fadedNanos(-SECOND)).isEqualTo(100 * MILLI);
    assertThat(average.nanos()).isEqualTo(100 * MILLI);
  }

  @Test
  void a_sample_takes_back_as_much_of_the_fade_as_it_contradicts() {
    average.add(400 * MILLI, 0);
    average.begun(SECOND);
    average.add(200 * MILLI, SECOND + 200 * MILLI);
    assertThat(average.nanos()).isCloseTo(200 * MILLI, within(0.001 * MILLI));
    average.begun(2 * SECOND);
    average.add(400 * MILLI, 2 * SECOND + 400 * MILLI);
    assertThat(average.nanos()).isBetween(300.0 * MILLI, 400.0 * MILLI);
  }

  @Test
  void each_fade_that_misled_makes_the_next_one_slower_up_to_a_bound() {
    double before = 0;
    for (long probe = 0; probe < 20; probe++) {
      long end = probe * 60 * SECOND;
      average.begun(end - 200 * MILLI);
      average.add(200 * MILLI, end);
      double after = average.fadedNanos(end + SECOND);
      assertThat(after).isGreaterThanOrEqualTo(before);
      before = after;
    }
    assertThat(before).isCloseTo(121.3 * MILLI, within(0.1 * MILLI));
  }

  @Test
  void good_answers_make_the_fade_fast_again() {
    average.addFailure(MILLI, 0);
    average.begun(20 * SECOND);
    for (long i = 0; i < 10; i++) {
      average.add(MILLI, 20 * SECOND + i * MILLI);
    }
    average.add(100 * MILLI, 25 * SECOND);
    double fresh = average.nanos();
    assertThat(average.fadedNanos(25 * SECOND + 100 * MILLI))
        .isCloseTo(fresh / Math.E, within(0.01 * MILLI));
  }

  @Test
  void a_failure_is_not_forgotten_within_a_second() {
    average.addFailure(MILLI, 0);
    assertThat(average.fadedNanos(SECOND)).isGreaterThan(120.0 * MILLI);
    assertThat(average.fadedNanos(20 * SECOND)).isLessThan(0.02 * MILLI);
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
