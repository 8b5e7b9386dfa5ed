// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import dev.sinew.process.health.HealthProbe.Answer;
import java.util.function.Consumer;

/** What is asked of one port, again and again; no call blocks. */
interface HealthQuestion extends AutoCloseable {
  /** How long an answer may take. */
  long DEADLINE_MILLIS = 1000;

  /**
   * Asks.
   *
   * @param hears gets the answer exactly once, from any thread, in about {@link #DEADLINE_MILLIS}
   */
  void ask(Consumer<Answer> hears);

  @Override
  void close();
}
