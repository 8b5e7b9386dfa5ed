// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.socket;

import dev.sinew.Expect;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which HAProxy answers.
 *
 * @param major as 2 in {@code 2.6.12-1+deb12u3}
 * @param minor as 6
 * @param text the whole version, as the server says it, made printable
 */
public record HaproxyVersion(int major, int minor, String text) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:[.\\-+~].*)?");

  /** Checks every field. */
  public HaproxyVersion {
    Expect.that(major >= 1, "major", major, "at least 1");
    Expect.that(minor >= 0, "minor", minor, "at least 0");
    text = Expect.printable(text);
  }

  /** Reads the answer to {@code show version}; empty if it is none. */
  static Optional<HaproxyVersion> read(String answer) {
    Matcher matcher = FORM.matcher(answer.strip());
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
      return Optional.empty();
    }
    return Optional.of(new HaproxyVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group()));
  }

  /** Whether this version is the given one or a later. */
  public boolean atLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }

  @Override
  public String toString() {
    return text;
  }
}
