// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.ConsoleHandler;
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
    to(new FileHandler(file + ".%g", LARGEST_BYTES, 2, true));
  }

  /** Sends everything to the standard error stream, as services do. */
  static void toStandardError() throws IOException {
    to(new ConsoleHandler());
  }

  private static void to(Handler handler) throws IOException {
    if (System.getProperty("java.util.logging.config.file") != null) {
      handler.close();
      return;
    }
    LogManager.getLogManager().reset();
    handler.setFormatter(new LogLine());
    handler.setEncoding("UTF-8");
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(Level.INFO);
  }
}
