// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureCountTest {
  private final FailureCount count = new FailureCount(Duration.ofMinutes(1));

  @Test
  void failures_last_while_their_count_grows_and_a_while_longer() {
    assertThat(count.lasts(0, 0)).isFalse();
    assertThat(count.lasts(1, SECONDS.toNanos(1))).isTrue();
    assertThat(count.lasts(2, SECONDS.toNanos(59))).isTrue();
    assertThat(count.lasts(2, SECONDS.toNanos(118))).isTrue();
    assertThat(count.lasts(2, SECONDS.toNanos(120))).isFalse();
    assertThat(count.lasts(3, SECONDS.toNanos(500))).isTrue();
  }

  @Test
  void none_never_last_whatever_the_clock_begins_with() {
    assertThat(count.lasts(0, Long.MIN_VALUE)).isFalse();
    assertThat(count.lasts(0, Long.MAX_VALUE)).isFalse();
  }
}
