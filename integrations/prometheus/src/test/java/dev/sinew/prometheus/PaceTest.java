// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void rounds_begin_an_interval_apart_and_none_is_made_up_for() {
    Pace pace = new Pace(Duration.ofSeconds(2));
    assertThat(pace.good(500 * MILLI)).isEqualTo(1_500 * MILLI);
    assertThat(pace.good(2_500 * MILLI)).isZero();
  }

  @Test
  void while_all_fails_the_wait_grows_to_five_seconds_and_is_spread() {
    Pace pace = new Pace(Duration.ofSeconds(1));
    assertThat(pace.failed(10 * MILLI, 0, random)).isBetween(990 * MILLI, 1_000 * MILLI);
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1_000; i++) {
      long wait = pace.failed(10 * MILLI, 0, random);
      least = i < 3 ? least : Math.min(least, wait);
      most = Math.max(most, wait);
    }
    assertThat(least).isBetween(2_500 * MILLI, 2_600 * MILLI);
    assertThat(most).isBetween(4_900 * MILLI, 5_000 * MILLI);
    assertThat(pace.good(0)).isEqualTo(1_000 * MILLI);
    assertThat(pace.failed(0, 0, random)).isEqualTo(1_000 * MILLI);
  }

  @Test
  void it_never_asks_sooner_than_the_interval_or_the_server_say() {
    Pace pace = new Pace(Duration.ofSeconds(20));
    for (int i = 0; i < 100; i++) {
      assertThat(pace.failed(0, 0, random)).isEqualTo(20_000 * MILLI);
    }
    assertThat(pace.failed(0, 30_000 * MILLI, random)).isEqualTo(30_000 * MILLI);
  }
}
