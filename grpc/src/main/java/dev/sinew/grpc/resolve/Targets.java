// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.resolve;

import dev.sinew.Expect;
import java.util.regex.Pattern;

/** The text of a channel's target. */
public final class Targets {
  private static final Pattern USER = Pattern.compile("//[^/]*@");

  private static final Pattern SECRET = Pattern.compile(
      "(?<=[?&])[^&=]*(?:token|secret|password)[^&=]*=[^&]*&?", Pattern.CASE_INSENSITIVE);

  private Targets() {}

  /** A target without a user's name and password, and without tokens, secrets and passwords in its query. */
  public static String anonymous(String target) {
    return SECRET.matcher(USER.matcher(target).replaceFirst("//")).replaceAll("");
  }

  /** A target as it may be logged: anonymous, and cut if it is long. */
  public static String printable(String target) {
    return Expect.printable(anonymous(target));
  }
}
