// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

/**
 * What happened to a server's calls within the last second, sliding.
 *
 * <p>Totals that only grow, and marks of them at the last ten borders between slots of 100 ms: a rate is
 * what the totals grew by since the oldest mark, over the time since then, which is 0.9 to 1.0 s. So a
 * step in the load is seen whole within a second, and nothing jumps when a slot ends.
 *
 * <p>Not thread-safe. Time that jumps back stands still.
 */
final class CallWindow {
  private static final long SLOT_NANOS = 100_000_000L;
  private static final int MARKS = 10;

  private static final int ARRIVED = 0;
  private static final int FAILED = 1;
  private static final int STARTED = 2;
  private static final int WAITED_NANOS = 3;
  private static final int BUSY_NANOS = 4;
  private static final int TOTALS = 5;

  private final long begunNanos;
  private final long[] totals = new long[TOTALS];
  private final long[][] marks = new long[MARKS][TOTALS];
  private long elapsedNanos;
  private long slot;
  private int busy;

  /** Sum of the times at which the busy became so, less the sum of those at which they ceased. */
  private long busySinceNanos;

  CallWindow(long nowNanos) {
    begunNanos = nowNanos;
  }

  void arrived(long nowNanos) {
    advance(nowNanos);
    totals[ARRIVED]++;
  }

  void failed(long nowNanos) {
    advance(nowNanos);
    totals[FAILED]++;
  }

  void started(long waitedNanos, long nowNanos) {
    advance(nowNanos);
    totals[STARTED]++;
    totals[WAITED_NANOS] += Math.max(0, waitedNanos);
  }

  /** One more worker is busy. */
  void busy(long nowNanos) {
    advance(nowNanos);
    busy++;
    busySinceNanos += elapsedNanos;
  }

  /** One worker less is busy. */
  void idle(long nowNanos) {
    advance(nowNanos);
    busy--;
    busySinceNanos -= elapsedNanos;
  }

  /** The last second; all unknown while there is less than one slot of it. */
  Rates rates(long nowNanos) {
    advance(nowNanos);
    if (elapsedNanos < SLOT_NANOS) {
      return Rates.UNKNOWN;
    }
    long oldest = Math.max(0, slot - MARKS + 1);
    long[] then = marks[(int) (oldest % MARKS)];
    double seconds = (elapsedNanos - oldest * SLOT_NANOS) / 1e9;
    long started = totals[STARTED] - then[STARTED];
    long waited = totals[WAITED_NANOS] - then[WAITED_NANOS];
    return new Rates(
        (totals[ARRIVED] - then[ARRIVED]) / seconds,
        (totals[FAILED] - then[FAILED]) / seconds,
        (busyNanos(elapsedNanos) - then[BUSY_NANOS]) / 1e9 / seconds,
        started == 0 ? 0 : waited / started);
  }

  private void advance(long nowNanos) {
    elapsedNanos = Math.max(elapsedNanos, nowNanos - begunNanos);
    long present = elapsedNanos / SLOT_NANOS;
    // After a pause only the marks that are still looked at are set.
    slot = Math.max(slot, present - MARKS);
    while (slot < present) {
      slot++;
      long[] mark = marks[(int) (slot % MARKS)];
      System.arraycopy(totals, 0, mark, 0, TOTALS);
      mark[BUSY_NANOS] = busyNanos(slot * SLOT_NANOS);
    }
  }

  /** Overflow does no harm: only differences are used. */
  private long busyNanos(long atNanos) {
    return busy * atNanos - busySinceNanos;
  }

  /**
   * The last second.
   *
   * @param arrivedPerSecond calls that arrived
   * @param failedPerSecond calls that the server failed
   * @param meanBusy how many workers were busy in the mean
   * @param waitedNanos mean wait of the calls that started; 0 if none did
   */
  record Rates(double arrivedPerSecond, double failedPerSecond, double meanBusy, long waitedNanos) {
    static final Rates UNKNOWN = new Rates(Double.NaN, Double.NaN, Double.NaN, -1);
  }
}
