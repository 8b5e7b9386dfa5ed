// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.reference;

import dev.sinew.controller.config.yaml.Value;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address and a port to listen at, as {@code 127.0.0.1:7979} or {@code [::1]:7979}.
 *
 * @param address the literal address
 * @param host the same as it was written, an IPv6 one without brackets
 * @param port 0 to 65535
 */
public record SocketAddressForm(InetAddress address, String host, int port) {
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern LISTEN = Pattern.compile(
      "(localhost|(?:" + OCTET + "\\.){3}" + OCTET + "|\\[[0-9a-fA-F:.]{2,45}\\]):(\\d{1,5})");

  /** Reads one with a port from {@code least} on; null if it is none, which is reported. */
  public static @Nullable SocketAddressForm read(Value value, int least, String example) {
    String form = "an address and a port from " + least + " to 65535, as " + example;
    Matcher parts = LISTEN.matcher(value.text(LISTEN, form, ""));
    if (!parts.matches()) {
      return null;
    }
    int port = Integer.parseInt(parts.group(2));
    String host = parts.group(1);
    try {
      // Literals only, so that nobody is asked.
      InetAddress address =
          host.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
      if (port >= least && port <= 65535) {
        return new SocketAddressForm(address, host.replaceAll("[\\[\\]]", ""), port);
      }
    } catch (UnknownHostException e) {
      // Reported below, as a port out of range is.
    }
    value.error(form);
    return null;
  }

  /** Whether only this machine reaches it. */
  public boolean loopback() {
    return address.isLoopbackAddress();
  }

  /** As it is written: {@code 127.0.0.1:7979} or {@code [::1]:7979}. */
  public String text() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
