// SPDX-License-Identifier: Apache-2.0
package dev.sinew.retry;

import dev.sinew.Expect;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: exponential with full jitter.
 *
 * <p>The wait before retry k (from 1) is uniform in [0, min(longest, first * factor^(k-1))]. Full jitter
 * spreads the callers of one failed replica best (AWS Architecture Blog, "Exponential Backoff And
 * Jitter", 2015).
 *
 * @param first upper end of the first wait, above 0
 * @param factor growth per retry, 1 to 10
 * @param longest upper end of any wait, at least {@code first}, at most an hour
 */
public record Backoff(Duration first, double factor, Duration longest) {
  /** Checks every field. */
  public Backoff {
    Expect.that(first.compareTo(Duration.ZERO) > 0, "backoff.first", first, "above 0");
    Expect.that(factor >= 1 && factor <= 10, "backoff.factor", factor, "1 to 10");
    Expect.that(
        longest.compareTo(first) >= 0, "backoff.longest", longest, "at least first " + first);
    Expect.that(
        longest.toHours() < 1 || longest.equals(Duration.ofHours(1)),
        "backoff.longest",
        longest,
        "at most PT1H");
  }

  /** For retries within a call: 10 ms, doubling, at most 250 ms. */
  public static Backoff forCalls() {
    return new Backoff(Duration.ofMillis(10), 2, Duration.ofMillis(250));
  }

  /**
   * The wait before a retry, in nanoseconds.
   *
   * @param retry 1 for the first retry
   */
  public long nanos(int retry, RandomGenerator random) {
    return random.nextLong(ceilingNanos(retry) + 1);
  }

  /** The upper end of the wait before a retry, in nanoseconds. */
  public long ceilingNanos(int retry) {
    Expect.that(retry >= 1, "retry", retry, "1 or more");
    return (long)
        Math.min((double) longest.toNanos(), first.toNanos() * Math.pow(factor, retry - 1.0));
  }
}
