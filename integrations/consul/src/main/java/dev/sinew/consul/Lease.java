// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import java.util.concurrent.TimeUnit;

/**
 * What a leader may rely on: its epoch until a moment of its own monotonic clock.
 *
 * <p>Consul gives a lock that a session lost to nobody for the lock delay of 1 s. A consistent read that
 * was sent at t and shows our session therefore keeps every other away until t + 1 s at least; a tenth
 * of that is left for clocks that run at different speeds.
 *
 * @param epoch 0 for no leader
 * @param untilNanos when it ends
 */
record Lease(long epoch, long untilNanos) {
  static final Lease NONE = new Lease(0, 0);

  /** How long Consul keeps a lost lock from others. */
  static final long LOCK_DELAY_SECONDS = 1;

  private static final long NANOS = TimeUnit.SECONDS.toNanos(LOCK_DELAY_SECONDS) * 9 / 10;

  /** The lease that a read proves. */
  static Lease proven(long epoch, long sentNanos) {
    return new Lease(epoch, sentNanos + NANOS);
  }

  /** The epoch at a moment, or 0 when the lease has ended. */
  long epoch(long nowNanos) {
    return epoch > 0 && untilNanos - nowNanos > 0 ? epoch : 0;
  }
}
