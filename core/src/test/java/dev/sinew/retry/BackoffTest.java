// SPDX-License-Identifier: Apache-2.0
package dev.sinew.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final long MILLI = 1_000_000L;
  private static final Backoff CALLS = Backoff.forCalls();

  @Test
  void the_ceiling_doubles_up_to_the_longest() {
    assertThat(CALLS.ceilingNanos(1)).isEqualTo(10 * MILLI);
    assertThat(CALLS.ceilingNanos(2)).isEqualTo(20 * MILLI);
    assertThat(CALLS.ceilingNanos(5)).isEqualTo(160 * MILLI);
    assertThat(CALLS.ceilingNanos(6)).isEqualTo(250 * MILLI);
    assertThat(CALLS.ceilingNanos(Integer.MAX_VALUE)).isEqualTo(250 * MILLI);
  }

  @Test
  void a_factor_of_one_stays() {
    Backoff steady = new Backoff(Duration.ofMillis(7), 1, Duration.ofHours(1));
    assertThat(steady.ceilingNanos(1000)).isEqualTo(7 * MILLI);
  }

  @Test
  void waits_are_uniform_from_nothing_to_the_ceiling() {
    Random random = new Random(1);
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      long wait = CALLS.nanos(3, random);
      lowest = Math.min(lowest, wait);
      highest = Math.max(highest, wait);
      sum += wait;
    }
    assertThat(lowest).isBetween(0L, MILLI / 2);
    assertThat(highest).isBetween(40 * MILLI - MILLI / 2, 40 * MILLI);
    assertThat(sum / 10_000).isCloseTo(20 * MILLI, within(0.5 * MILLI));
  }

  @Test
  void impossible_settings_are_refused() {
    assertThatThrownBy(() -> CALLS.ceilingNanos(0)).hasMessage("retry: 0 (expected: 1 or more)");
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, 2, Duration.ofSeconds(1)))
        .hasMessage("backoff.first: PT0S (expected: above 0)");
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(1), 0.9, Duration.ofSeconds(1)))
        .hasMessage("backoff.factor: 0.9 (expected: 1 to 10)");
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), 2, Duration.ofSeconds(1)))
        .hasMessage("backoff.longest: PT1S (expected: at least first PT2S)");
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), 2, Duration.ofMinutes(61)))
        .hasMessage("backoff.longest: PT1H1M (expected: at most PT1H)");
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Double.NaN, Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
