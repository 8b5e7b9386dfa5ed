// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import dev.sinew.Expect;
import java.util.regex.Pattern;

/**
 * A host and a port.
 *
 * @param host a name, an IPv4 address, an IPv6 address without brackets, or {@code *} to listen everywhere
 * @param port 1 to 65535
 */
public record Address(String host, int port) {
  private static final int LONGEST_HOST = 253;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /** Checks both. */
  public Address {
    boolean known =
        host.equals("*") || NAME.matcher(host).matches() || IPV6.matcher(host).matches();
    Expect.that(known && host.length() <= LONGEST_HOST, "host", host, "a name, an address or *");
    Expect.that(port >= 1 && port <= 65_535, "port", port, "1 to 65535");
  }

  /**
   * Reads {@code host:port} or {@code [v6]:port}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Address of(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    String port = text.substring(colon + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
    Expect.that(
        !host.isEmpty()
            && (bracketed || host.indexOf(':') < 0)
            && PORT.matcher(port).matches(),
        "address",
        text,
        "host:port");
    return new Address(
        bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
  }

  /** The form that {@link #of} reads, which HAProxy reads, too. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
