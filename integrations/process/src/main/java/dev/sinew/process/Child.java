// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.health.HealthCheck;
import dev.sinew.process.health.HealthProbe.Answer;
import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One started process, as the fleet sees it; no call blocks. */
interface Child {
  /** Which process it is, or null if the system does not tell or it ended at once. */
  @Nullable ProcessIdentity identity();

  long pid();

  boolean alive();

  /** How it ended, as a shell says it, or empty if nobody knows; only when it is not alive. */
  OptionalInt exitCode();

  /** Sends SIGTERM. */
  void terminate();

  /** Sends SIGKILL. */
  void kill();

  /** Asks for its health by a check, unless a question is open. */
  void askHealth(HealthCheck check);

  /** The answer that has arrived since the last call, or null. */
  @Nullable Answer takeHealth();

  /** The last line it wrote, or empty. */
  String lastLine();

  /** Lets go of all that was held for it; it has ended. */
  void release();

  /** Lets go of what this process holds for it and leaves it alone. */
  void detach();

  /** Starts children. */
  @FunctionalInterface
  interface Launcher {
    /**
     * Starts one.
     *
     * @param fingerprint of the spec it is started from
     */
    Child launch(String id, int port, String fingerprint) throws IOException;
  }
}
