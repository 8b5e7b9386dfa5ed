// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

/**
 * When a draining server may take its next step, judged by evidence instead of fixed waits.
 *
 * <p>First it goes on serving: clients need time to learn that it leaves. It may stop listening once no
 * call has arrived for a second and the registry has confirmed; at the latest at half of its time, because
 * the rest belongs to the calls that run. Then it may go once no call has been in flight for half a
 * second; at the latest when its time is up. Pure: time is an argument.
 *
 * @param begunNanos when the drain began
 * @param limitNanos how long it may take in all
 */
record Drain(long begunNanos, long limitNanos) {
  private static final long QUIET_NANOS = 1_000_000_000L;

  /** A call may be on its way when the server says that it goes; a round trip is far shorter than this. */
  private static final long LAST_CALLS_NANOS = 500_000_000L;

  /** Whether it may stop to listen. */
  boolean mayStopListening(long lastArrivalNanos, boolean withdrawn, long nowNanos) {
    long quietSince = Math.max(0, lastArrivalNanos - begunNanos);
    long elapsed = nowNanos - begunNanos;
    return elapsed >= limitNanos / 2 || (withdrawn && elapsed - quietSince >= QUIET_NANOS);
  }

  /**
   * Whether it may close the connections that are left.
   *
   * @param busyNanos when it stopped to listen or a call was last in flight, whichever is later
   */
  boolean mayClose(int inFlight, long busyNanos, long nowNanos) {
    return expired(nowNanos) || (inFlight == 0 && nowNanos - busyNanos >= LAST_CALLS_NANOS);
  }

  /** Whether its time is up. */
  boolean expired(long nowNanos) {
    return nowNanos - begunNanos >= limitNanos;
  }
}
