// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.retry.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before Prometheus is asked again.
 *
 * <p>Rounds begin one interval apart; one that took longer delays the next, and none is made up for.
 * While all questions fail the wait grows and is spread, up to 5 s only: a fleet that has to grow cannot
 * wait for longer. It is never shorter than the interval, nor than the server asks for.
 */
final class Pace {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final long intervalNanos;
  private final Backoff backoff;
  private int failures;

  Pace(Duration interval) {
    this.intervalNanos = interval.toNanos();
    Duration longest = interval.compareTo(LONGEST) > 0 ? interval : LONGEST;
    this.backoff = new Backoff(interval, 2, longest);
  }

  /** After a round in which something was answered. */
  long good(long spentNanos) {
    failures = 0;
    return Math.max(0, intervalNanos - spentNanos);
  }

  /**
   * After a round in which nothing was.
   *
   * @param askedNanos how long the server asks to be left alone
   */
  long failed(long spentNanos, long askedNanos, RandomGenerator random) {
    failures = Math.min(failures + 1, 1_000);
    long half = backoff.ceilingNanos(failures) / 2;
    long spread = half + random.nextLong(half + 1);
    return Math.max(Math.max(intervalNanos - spentNanos, askedNanos), spread);
  }
}
