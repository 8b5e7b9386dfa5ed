// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Literal addresses, the only ones that the Runtime API takes. */
final class Addresses {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]+");

  private Addresses() {}

  /** The address that a text spells, without asking anybody; empty if it is a name or nonsense. */
  static Optional<InetAddress> literal(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (!V4.matcher(bare).matches() && !V6.matcher(bare).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(bare)).filter(Addresses::usable);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** The address of a name by the system's resolver; this may take seconds. */
  static InetAddress resolve(String host) throws UnknownHostException {
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (usable(address)) {
        return address;
      }
    }
    throw new UnknownHostException(host + ": no address that a replica can have");
  }

  /** As HAProxy takes it, with a port. */
  static String text(InetAddress address, int port) {
    String literal = address.getHostAddress();
    int scope = literal.indexOf('%');
    String bare = scope < 0 ? literal : literal.substring(0, scope);
    return (address instanceof Inet6Address ? "[" + bare + "]" : bare) + ":" + port;
  }

  /** To HAProxy 0.0.0.0 means the client's own destination. */
  private static boolean usable(InetAddress address) {
    return !address.isAnyLocalAddress() && !address.isMulticastAddress();
  }
}
