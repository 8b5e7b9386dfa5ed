// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import dev.sinew.Expect;
import java.util.regex.Pattern;

/** The names that reach a command: nothing that could be read as another word or another command. */
final class ServerNames {
  /** Servers of this prefix are ours, all others are never touched. */
  static final String PREFIX = "sinew.";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,190}");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9._/-]{1,200}");

  private ServerNames() {}

  /** The server that stands for a replica. */
  static String of(String replica) {
    return PREFIX + plain("endpoint.id", replica);
  }

  static boolean ours(String server) {
    return server.startsWith(PREFIX);
  }

  static String plain(String what, String name) {
    Expect.that(
        PLAIN.matcher(name).matches(), what, name, "1 to 190 letters, digits, '.', '_' and '-'");
    return name;
  }

  static String file(String what, String name) {
    Expect.that(
        FILE.matcher(name).matches(), what, name, "1 to 200 letters, digits, '.', '_', '-', '/'");
    return name;
  }
}
