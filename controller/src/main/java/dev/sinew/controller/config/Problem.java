// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.Expect;
import java.util.Locale;

/**
 * What is wrong, or risky, at one place of a file.
 *
 * @param file as the user named it
 * @param line from 1
 * @param column from 1
 * @param path the keys that lead there, as {@code services.orders.replicas.max}; empty for the file
 * @param message the value and what was expected, as {@code 2 (expected: ≥ min 3)}
 * @param severity whether it forbids the file
 */
public record Problem(
    String file, int line, int column, String path, String message, Severity severity) {
  /** How bad a problem is. */
  public enum Severity {
    /** The file is refused. */
    ERROR,
    /** Legal, but likely to be regretted. */
    WARNING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String toString() {
    String warning = severity == Severity.WARNING ? "warning: " : "";
    String where = path.isEmpty() ? "" : path + ": ";
    return Expect.printable(file) + ":" + line + ":" + column + " " + warning + where + message;
  }
}
