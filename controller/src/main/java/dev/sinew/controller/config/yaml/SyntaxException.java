// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.yaml;

import dev.sinew.Expect;

/** A file that is no YAML, or YAML of a kind that is refused, from one place on. */
final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  /**
   * At a place of the file.
   *
   * @param line from 1
   * @param column from 1
   */
  SyntaxException(int line, int column, String found, String expected) {
    super(Expect.printable(found) + " (expected: " + expected + ")");
    this.line = line;
    this.column = column;
  }

  /** Of the file as a whole. */
  SyntaxException(String found, String expected) {
    this(1, 1, found, expected);
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }

  /** The message, which is never missing. */
  String message() {
    return String.valueOf(getMessage());
  }
}
