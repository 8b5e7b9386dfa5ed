// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Value;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code controller}. */
final class ControllerReader {
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern LISTEN = Pattern.compile(
      "(localhost|(?:" + OCTET + "\\.){3}" + OCTET + "|\\[[0-9a-fA-F:.]{2,45}\\]):(\\d{1,5})");
  private static final String LISTEN_FORM =
      "an address and a port from 0 to 65535, as 127.0.0.1:7979 or [::1]:7979";
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9a-fA-F:.]{2,45}\\]");
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,4096}");
  private static final int SHORT_TOKEN = 16;
  private static final int MOST_HOSTS = 100;
  private static final int DEFAULT_PORT = 7979;

  private final Section section;
  private final Surroundings surroundings;

  ControllerReader(Section section, Surroundings surroundings) {
    this.section = section;
    this.surroundings = surroundings;
  }

  /** The keys of the section. */
  static List<String> keys() {
    return List.of("listen", "token", "hosts", "state", "log");
  }

  /**
   * The settings.
   *
   * @param state the folder of a file that names none
   */
  ControllerConfig read(Path state) {
    Listen listen = listen();
    Secret token = token();
    List<String> hosts = hosts();
    checkExposure(listen, token, hosts);
    return new ControllerConfig(listen.host(), listen.port(), token, hosts, state(state), log());
  }

  /** An address to listen at, an IPv6 one without brackets. */
  private record Listen(InetAddress address, String host, int port) {}

  private Listen listen() {
    Value value = section.get("listen");
    Listen standard = new Listen(InetAddress.getLoopbackAddress(), "127.0.0.1", DEFAULT_PORT);
    String text = value == null ? "" : value.text(LISTEN, LISTEN_FORM, "");
    Matcher parts = LISTEN.matcher(text);
    if (value == null || !parts.matches()) {
      return standard;
    }
    int port = Integer.parseInt(parts.group(2));
    String host = parts.group(1);
    try {
      // Literals only, so that nobody is asked.
      InetAddress address =
          host.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
      if (port <= 65535) {
        return new Listen(address, host.replaceAll("[\\[\\]]", ""), port);
      }
    } catch (UnknownHostException e) {
      // Reported below, as a port out of range is.
    }
    value.error(LISTEN_FORM);
    return standard;
  }

  private @Nullable Secret token() {
    Value value = section.get("token");
    if (value == null) {
      return null;
    }
    Secret token = surroundings.secret(value);
    boolean set = surroundings.sets(token.variable());
    if (set && !TOKEN.matcher(token.value()).matches()) {
      value.hide().error("(hidden)", "1 to 4096 printable ASCII characters in " + token.variable());
    } else if (set && token.value().length() < SHORT_TOKEN) {
      value.warn("(hidden)", SHORT_TOKEN + " characters or more, as a short token can be guessed");
    }
    return token;
  }

  private List<String> hosts() {
    Value value = section.get("hosts");
    if (value == null) {
      return List.of();
    }
    return value.items(0, MOST_HOSTS, "host names").stream()
        .map(host -> host.text(HOST, "a host name without a port", "localhost"))
        .toList();
  }

  private void checkExposure(Listen listen, @Nullable Secret token, List<String> hosts) {
    if (listen.address().isLoopbackAddress()) {
      return;
    }
    Value place = section.place("listen");
    if (token == null) {
      place.error("a loopback address, or a token beside it as {env: SINEW_TOKEN}");
      return;
    }
    place.warn("a loopback address; beyond it the token travels without TLS");
    if (listen.address().isAnyLocalAddress() && hosts.isEmpty()) {
      place.warn("hosts: [NAME] beside it, or clients that ask by name are turned away");
    }
  }

  private Path state(Path standard) {
    Value value = section.get("state");
    Path state = value == null ? standard : surroundings.path(value);
    if (Files.exists(state) && !Files.isDirectory(state)) {
      section.place("state").error(state.toString(), "a folder, or a name that is free");
    }
    return state;
  }

  private LogLimits log() {
    Section log = section.section("log", List.of("files", "file-size"));
    return new LogLimits(
        log.whole("files", 2, 1000, LogLimits.DEFAULTS.files()),
        log.bytes("file-size", 64 << 10, 1 << 30, LogLimits.DEFAULTS.fileBytes()));
  }
}
