// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, for a bounded time. */
public final class Eventually {
  private Eventually() {}

  /** Returns once the condition holds; fails with its description after the bound. */
  public static void that(String description, Duration bound, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > bound.toNanos()) {
        throw new AssertionError("not within " + bound + ": " + description);
      }
      LockSupport.parkNanos(25_000_000L);
    }
  }
}
