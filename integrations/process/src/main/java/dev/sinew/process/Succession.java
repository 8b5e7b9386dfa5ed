// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.retry.Backoff;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Who fills a place of a {@link Fleet}: members with ids that have never been, numbered upwards, and
 * started after the back-off if the one before failed.
 */
final class Succession {
  private final String ids;
  private final RandomGenerator random;
  private int lastNumber;

  Succession(String idPrefix, RandomGenerator random) {
    // Four random letters tell the replicas of one run from those of another.
    String run = Integer.toString(random.nextInt(1 << 20) + (1 << 20), 32).substring(1);
    this.ids = idPrefix + "-" + run + "-";
    this.random = random;
  }

  int lastNumber() {
    return lastNumber;
  }

  /** Goes on from the numbers of an earlier fleet. */
  void resume(int number) {
    lastNumber = number;
  }

  /** A new one, to be started after a delay. */
  Member next(long delayNanos, Instant now, long nowNanos) {
    lastNumber++;
    return new Member(ids + lastNumber, lastNumber, now, nowNanos + delayNanos);
  }

  /** The one after a member that failed: at once the first time, then after the back-off. */
  Member after(Member failed, String failure, Backoff backoff, Instant now, long nowNanos) {
    int failures = failed.failures + 1;
    Member next = next(delay(failures, backoff), now, nowNanos);
    next.failures = failures;
    next.restarts = failed.restarts + 1;
    next.lastFailure = failed.id + " " + failure + "; failure " + failures + " in a row";
    return next;
  }

  /** The one instead of a member that an earlier controller has not come to start. */
  Member again(Member before, Backoff backoff, Instant now, long nowNanos) {
    Member next = next(delay(before.failures, backoff), now, nowNanos);
    next.failures = before.failures;
    next.restarts = before.restarts;
    next.lastFailure = before.lastFailure;
    return next;
  }

  private long delay(int failures, Backoff backoff) {
    return failures <= 1 ? 0 : backoff.nanos(failures - 1, random);
  }
}
