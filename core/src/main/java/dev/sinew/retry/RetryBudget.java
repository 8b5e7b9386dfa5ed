// SPDX-License-Identifier: Apache-2.0
package dev.sinew.retry;

import dev.sinew.Expect;

/**
 * A bound on retries: a percentage of the calls of the last ten seconds, plus a fixed few.
 *
 * <p>In the 10 s up to any retry at most {@code percent} % of the calls, plus {@code reserve}, were
 * retried: a service in trouble gets at most that much extra load from this client, and a client
 * with little traffic can still retry. Thread-safe.
 */
public final class RetryBudget {
  private static final long SLOT_NANOS = 1_000_000_000L;

  /** Ten whole seconds lie within eleven slots, wherever the slots begin. */
  private static final int SLOTS = 11;

  private final double ratio;
  private final int reserve;
  private final long[] calls = new long[SLOTS];
  private final long[] retries = new long[SLOTS];
  private long slot;
  private boolean begun;

  private RetryBudget(double percent, int reserve) {
    Expect.that(percent >= 0 && percent <= 100, "retry.budget.percent", percent, "0 to 100");
    Expect.that(reserve >= 0 && reserve <= 1000, "retry.budget.reserve", reserve, "0 to 1000");
    this.ratio = percent / 100;
    this.reserve = reserve;
  }

  /** A budget of so many percent and so many retries per 10 s besides. */
  public static RetryBudget of(double percent, int reserve) {
    return new RetryBudget(percent, reserve);
  }

  /** 10 % and 10 per 10 s. */
  public static RetryBudget defaults() {
    return of(10, 10);
  }

  /** Counts a call (not a retry). */
  public synchronized void called(long nowNanos) {
    calls[advance(nowNanos)]++;
  }

  /** Takes a retry out of the budget; false if it is used up. */
  public synchronized boolean tryRetry(long nowNanos) {
    int now = advance(nowNanos);
    // The oldest slot counts for retries and not for calls, so that the bound holds over any 10 s.
    int oldest = (now + 1) % SLOTS;
    long recentCalls = sum(calls) - calls[oldest];
    if (sum(retries) + 1 > ratio * recentCalls + reserve) {
      return false;
    }
    retries[now]++;
    return true;
  }

  /** The share of the budget that is not used up, 0 to 1; NaN if it never grants a retry. */
  public synchronized double left(long nowNanos) {
    int oldest = (advance(nowNanos) + 1) % SLOTS;
    double granted = Math.floor(ratio * (sum(calls) - calls[oldest]) + reserve);
    if (granted < 1) {
      return ratio == 0 && reserve == 0 ? Double.NaN : 0;
    }
    return Math.max(0, (granted - sum(retries)) / granted);
  }

  private int advance(long nowNanos) {
    long present = Math.floorDiv(nowNanos, SLOT_NANOS);
    if (!begun) {
      begun = true;
      slot = present;
    }
    // Time that jumps back leaves the slots as they are.
    for (int cleared = 0; slot < present; slot++) {
      if (cleared++ >= SLOTS) {
        slot = present;
        break;
      }
      int next = (int) Math.floorMod(slot + 1, (long) SLOTS);
      calls[next] = 0;
      retries[next] = 0;
    }
    return (int) Math.floorMod(slot, (long) SLOTS);
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }
}
