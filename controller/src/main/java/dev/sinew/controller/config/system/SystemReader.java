// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.controller.config.reference.Secret;
import dev.sinew.controller.config.reference.SocketAddressForm;
import dev.sinew.controller.config.reference.Surroundings;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Value;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the sections {@code prometheus} and {@code haproxy} of a fleet file. */
public final class SystemReader {
  private static final Pattern ADDRESS = Pattern.compile("https?://[^?#@\\s]{1,500}");
  private static final String ADDRESS_FORM =
      "http:// or https://, host and port, as http://127.0.0.1:9090";
  private static final Pattern USER = Pattern.compile("[ -9;-~]{1,256}");
  private static final Pattern SOCKET = Pattern.compile("unix:(.{1,1000})|tcp://([^\\s]{1,300})");
  private static final String SOCKET_FORM =
      "unix:haproxy.sock for a file, or tcp://127.0.0.1:9901 for a port";
  private static final int MOST_SOCKETS = 16;
  // Of the 107 bytes that Linux allows HAProxy needs some for a temporary name.
  private static final int LONGEST_PATH = 90;

  private final Surroundings surroundings;

  /** Reads with the surroundings of a file. */
  public SystemReader(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The section {@code prometheus}, or null if there is none. */
  public @Nullable PrometheusConfig prometheus(Section root) {
    if (!root.has("prometheus")) {
      return null;
    }
    Section section =
        root.section("prometheus", List.of("address", "token", "user", "password", "ca"));
    Value address = section.require("address", ADDRESS_FORM);
    Value ca = section.get("ca");
    Value token = section.get("token");
    Value password = section.get("password");
    String user = section.text("user", USER, "1 to 256 printable characters without a colon", "");
    if (user.isEmpty() != (password == null)) {
      section.place(user.isEmpty() ? "password" : "user").error("user and password together");
    }
    if (token != null && password != null) {
      token.hide().error("(hidden)", "a token, or user and password");
    }
    return new PrometheusConfig(
        address == null ? "http://127.0.0.1:9090" : address(address),
        secret(token),
        user,
        secret(password),
        ca == null ? null : surroundings.path(ca));
  }

  private static String address(Value value) {
    Value shy = value.contains('@') ? value.hide() : value;
    String text = shy.text(ADDRESS, ADDRESS_FORM, "");
    try {
      URI uri = new URI(text);
      if (!text.isEmpty() && (uri.getHost() == null || uri.getPort() == 0)) {
        shy.error(ADDRESS_FORM);
      }
    } catch (URISyntaxException e) {
      shy.error(ADDRESS_FORM);
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private @Nullable Secret secret(@Nullable Value value) {
    return value == null ? null : surroundings.secret(value);
  }

  /** The section {@code haproxy}, or null if there is none. */
  public @Nullable HaproxyConfig haproxy(Section root) {
    if (!root.has("haproxy")) {
      return null;
    }
    Section section = root.section("haproxy", List.of("socket", "metrics"));
    Value sockets = section.require("socket", SOCKET_FORM);
    Value metrics = section.get("metrics");
    return new HaproxyConfig(
        sockets == null
            ? List.of()
            : sockets.each(1, MOST_SOCKETS, "sockets").stream()
                .map(this::socket)
                .toList(),
        metrics == null ? null : SocketAddressForm.read(metrics, 1, "127.0.0.1:8405"));
  }

  private String socket(Value value) {
    Matcher parts = SOCKET.matcher(value.text(SOCKET, SOCKET_FORM, ""));
    if (!parts.matches()) {
      return "";
    }
    if (parts.group(1) != null) {
      return unix(value, parts.group(1));
    }
    SocketAddressForm at = address(value, parts.group(2));
    return at == null ? "" : "tcp://" + at.text();
  }

  private String unix(Value value, String name) {
    Path path = surroundings.folder().resolve(name).normalize();
    if (path.toString().length() > LONGEST_PATH || path.toString().indexOf('\0') >= 0) {
      value.error(path.toString(), "a path of at most " + LONGEST_PATH + " bytes");
    }
    return "unix:" + path;
  }

  /** Beyond this machine anybody who can reach the port commands HAProxy. */
  private static @Nullable SocketAddressForm address(Value value, String text) {
    Matcher parts =
        Pattern.compile("(127\\.[0-9.]{5,11}|localhost|\\[::1\\]):(\\d{1,5})").matcher(text);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
    if (port < 1 || port > 65535) {
      value.error("tcp://, a loopback address and a port, as the socket has no password");
      return null;
    }
    String host = parts.group(1).replaceAll("[\\[\\]]", "");
    return new SocketAddressForm(InetAddress.getLoopbackAddress(), host, port);
  }
}
