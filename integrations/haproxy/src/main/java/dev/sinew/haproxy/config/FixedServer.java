// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import dev.sinew.Expect;
import java.util.regex.Pattern;

/**
 * A server that stands in the file, beside those that come and go.
 *
 * @param name letters, digits and any of _ . -, and not {@code sinew.…}: those names belong to replicas
 * @param address where it listens
 * @param backup whether it serves only when no other does
 */
public record FixedServer(String name, Address address, boolean backup) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");

  /** Checks the name. */
  public FixedServer {
    Expect.that(
        NAME.matcher(name).matches() && !name.startsWith("sinew."),
        "server.name",
        name,
        "1 to 100 letters, digits and any of _ . -, not beginning with sinew.");
    Expect.that(!address.host().equals("*"), "server.address", address, "one host");
  }
}
