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

  /** The message for a value that breaks a constraint; long values are cut, control characters escaped. */
  public static String message(String name, Object value, String constraint) {
    return name + ": " + printable(String.valueOf(value)) + " (expected: " + constraint + ")";
  }

  /** A text that is safe in one line of a log or terminal: cut to 256 characters, controls escaped. */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder();
    int end = Math.min(text.length(), LONGEST_VALUE);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean safe = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
      out.append(safe ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return end < text.length() ? out.append('…').toString() : out.toString();
  }
}
