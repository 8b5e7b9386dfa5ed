// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what must come true in a bounded time. */
final class Eventually {
  private Eventually() {}

  /** Polls until the condition holds; returns how long it took. */
  static Duration within(Duration bound, String what, Callable<Boolean> condition) {
    long start = System.nanoTime();
    try {
      while (!condition.call()) {
        if (System.nanoTime() - start > bound.toNanos()) {
          throw new AssertionError("not within " + bound + ": " + what);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (Exception e) {
      throw new AssertionError(what, e);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
