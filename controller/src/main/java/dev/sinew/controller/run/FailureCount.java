// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import java.time.Duration;

/**
 * Tells from a count of failures that only grows whether they last: it has grown lately.
 * Any thread may ask; it must be asked about once a second.
 */
final class FailureCount {
  private final long latelyNanos;
  private long known;
  private long grewAtNanos;

  /**
   * Knows of no failure yet.
   *
   * @param lately longer than the time between two attempts
   */
  FailureCount(Duration lately) {
    this.latelyNanos = lately.toNanos();
  }

  /** Whether they last, with the count as it is now. */
  synchronized boolean lasts(long count, long nowNanos) {
    if (count != known) {
      known = count;
      grewAtNanos = nowNanos;
    }
    return count > 0 && nowNanos - grewAtNanos < latelyNanos;
  }
}
