// SPDX-License-Identifier: Apache-2.0
package dev.sinew.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void allows_as_many_attempts_as_it_says() {
    assertThat(RetryPolicy.defaults().allows(1, SECOND)).isTrue();
    assertThat(RetryPolicy.defaults().allows(2, SECOND)).isTrue();
    assertThat(RetryPolicy.defaults().allows(3, SECOND)).isFalse();
    assertThat(RetryPolicy.never().allows(1, SECOND)).isFalse();
  }

  @Test
  void allows_none_after_the_deadline() {
    assertThat(RetryPolicy.defaults().allows(1, Duration.ZERO)).isFalse();
    assertThat(RetryPolicy.defaults().allows(1, Duration.ofMillis(-1))).isFalse();
  }

  @Test
  void impossible_numbers_of_attempts_are_refused() {
    assertThatThrownBy(() -> new RetryPolicy(0, Backoff.forCalls()))
        .hasMessage("retry.maxAttempts: 0 (expected: 1 to 10)");
    assertThatThrownBy(() -> new RetryPolicy(11, Backoff.forCalls()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
