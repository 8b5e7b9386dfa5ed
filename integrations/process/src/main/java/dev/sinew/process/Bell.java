// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.concurrent.Semaphore;

/** Wakes the one thread that waits; rung while nobody waits, it is heard at the next wait. */
final class Bell {
  private final Semaphore rung = new Semaphore(0);

  void ring() {
    if (rung.availablePermits() == 0) {
      rung.release();
    }
  }

  /** Waits until it is rung, at most so long. */
  void await(long nanos) {
    try {
      if (rung.tryAcquire(nanos, NANOSECONDS)) {
        rung.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.interrupted();
    }
  }
}
