// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import java.time.Duration;

/**
 * Tells from a count of failures that only grows whether they last: it has grown within the last
 * minute. Any thread may ask; it must be asked now and then.
 */
final class FailureCount {
  private static final long LASTING_NANOS = Duration.ofMinutes(1).toNanos();

  private long known;
  private long grewAtNanos;

  /** Whether they last, with the count as it is now. */
  synchronized boolean lasts(long count, long nowNanos) {
    if (count != known) {
      known = count;
      grewAtNanos = nowNanos;
    }
    return count > 0 && nowNanos - grewAtNanos < LASTING_NANOS;
  }
}
