// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.resolve;

import dev.sinew.Expect;
import java.util.regex.Pattern;

/** The text of a channel's target. */
public final class Targets {
  private static final Pattern USER = Pattern.compile("//[^/]*@");

  private Targets() {}

  /** A target as it may be logged: without the user's name and password, and cut if it is long. */
  public static String printable(String target) {
    return Expect.printable(USER.matcher(target).replaceFirst("//"));
  }
}
