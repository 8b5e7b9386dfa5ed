// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.process.HealthProbe.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One started process, as the fleet sees it; no call blocks. */
interface Child {
  long pid();

  boolean alive();

  /** How it ended, as a shell says it; only when it is not alive. */
  int exitCode();

  /** Sends SIGTERM. */
  void terminate();

  /** Sends SIGKILL. */
  void kill();

  /** Asks for its health unless a question is open. */
  void askHealth();

  /** The answer that has arrived since the last call, or null. */
  @Nullable Answer takeHealth();

  /** The last line it wrote, or empty. */
  String lastLine();

  /** Lets go of all that was held for it; it has ended. */
  void release();

  /** Starts children. */
  @FunctionalInterface
  interface Launcher {
    Child launch(String id, int port) throws IOException;
  }
}
