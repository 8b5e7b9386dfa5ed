// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Where the program's log lines go: a file where the screen belongs to the command. */
final class ProgramLog {
  private static final int LARGEST_BYTES = 5 * 1024 * 1024;

  private ProgramLog() {}

  /** Sends everything to a file of at most 5 MiB, and the 5 MiB before it to another one. */
  static void to(Path file) throws IOException {
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    LogManager.getLogManager().reset();
    Handler handler =
        new FileHandler(file.toString().replace("%", "%%") + ".%g", LARGEST_BYTES, 2, true);
    handler.setFormatter(new LogLine());
    handler.setEncoding("UTF-8");
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(Level.INFO);
  }
}
