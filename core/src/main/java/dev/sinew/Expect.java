// SPDX-License-Identifier: Apache-2.0
package dev.sinew;

/** The one error grammar of Sinew: {@code name: value (expected: constraint)}. */
public final class Expect {
  private static final int LONGEST_VALUE = 256;

  private Expect() {}

  /**
   * Requires a condition on an argument.
   *
   * @throws IllegalArgumentException with the message {@code name: value (expected: constraint)}
   */
  public static void that(boolean condition, String name, Object value, String constraint) {
    if (!condition) {
      throw new IllegalArgumentException(message(name, value, constraint));
    }
  }

  /**
   * The message for a value that breaks a constraint; long values are cut, control characters
   * escaped.
   */
  public static String message(String name, Object value, String constraint) {
    return name + ": " + printable(String.valueOf(value)) + " (expected: " + constraint + ")";
  }

  /**
   * A text that is safe in one line of a log or terminal: cut to 256 characters, controls escaped.
   */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (i > LONGEST_VALUE) {
        return out.append('…').toString();
      }
      out.append(safe(c) ? Character.toString(c) : String.format("\\u%04x", c));
    }
    return out.toString();
  }

  /** Whether a character can neither break a line, nor move the cursor, nor hide others. */
  private static boolean safe(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE -> false;
      default -> true;
    };
  }
}
