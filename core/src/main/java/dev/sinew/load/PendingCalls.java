// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The calls that one client has in flight to one replica, and for how long none of them moved.
 *
 * <p>The age of the oldest call would show a hang at once but needs a queue of start times. The time
 * since the last start from idle or the last completion is its cheap stand-in: while a replica answers,
 * it stays below the time between answers; while it hangs, it grows with the clock.
 */
final class PendingCalls {
  private final AtomicInteger count = new AtomicInteger();
  private volatile long progressNanos;

  /** Returns whether nothing was in flight before. */
  boolean started(long nowNanos) {
    boolean first = count.getAndIncrement() == 0;
    if (first) {
      progressNanos = nowNanos;
    }
    return first;
  }

  void completed(long nowNanos) {
    progressNanos = nowNanos;
    count.decrementAndGet();
  }

  int count() {
    return count.get();
  }

  /** Nanoseconds since a call last began from idle or ended; 0 while nothing is in flight. */
  long stalledNanos(long nowNanos) {
    return count.get() <= 0 ? 0 : Math.max(0, nowNanos - progressNanos);
  }
}
