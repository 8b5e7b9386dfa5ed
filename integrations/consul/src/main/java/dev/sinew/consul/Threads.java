// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import java.time.Duration;

/** Waiting for a thread to end without throwing. */
final class Threads {
  private Threads() {}

  /** Waits at most {@code longest}; an interrupt of the caller ends the wait and stays set. */
  static void join(Thread thread, Duration longest) {
    try {
      thread.join(longest.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
