// SPDX-License-Identifier: Apache-2.0
package dev.sinew.retry;

import dev.sinew.Expect;
import java.time.Duration;

/**
 * How often and when an idempotent call is tried again on another replica.
 *
 * @param maxAttempts attempts in all, the first included; 1 (never again) to 10
 * @param backoff the wait before each retry
 */
public record RetryPolicy(int maxAttempts, Backoff backoff) {
  /** Checks every field. */
  public RetryPolicy {
    Expect.that(maxAttempts >= 1 && maxAttempts <= 10, "retry.maxAttempts", maxAttempts, "1 to 10");
  }

  /** Three attempts; the retries within about 10 and 20 ms. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(3, Backoff.forCalls());
  }

  /** One attempt. */
  public static RetryPolicy never() {
    return new RetryPolicy(1, Backoff.forCalls());
  }

  /** Whether another attempt may follow so many, with so much time left until the deadline. */
  public boolean allows(int attemptsMade, Duration timeLeft) {
    return attemptsMade < maxAttempts && timeLeft.compareTo(Duration.ZERO) > 0;
  }
}
