// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import dev.sinew.Expect;

/**
 * Words that HAProxy's parser takes literally.
 *
 * <p>Between single quotes nothing is special, neither {@code $}, {@code #}, {@code \} nor a blank; a single
 * quote itself stands outside of them behind a backslash (HAProxy's configuration manual, 2.2). A line
 * break cannot be written at all.
 */
final class Quoted {
  /** Shorter than the path of a UNIX socket or a file may be, and than HAProxy's line of 2048. */
  private static final int LONGEST = 1024;

  private Quoted() {}

  static String word(String name, String text) {
    boolean safe = text.chars().noneMatch(Character::isISOControl);
    Expect.that(
        safe && !text.isEmpty() && text.length() <= LONGEST,
        name,
        text,
        "1 to 1024 characters, none of them a control character");
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
