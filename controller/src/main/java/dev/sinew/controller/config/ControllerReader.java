// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.reference.Secret;
import dev.sinew.controller.config.reference.SocketAddressForm;
import dev.sinew.controller.config.reference.Surroundings;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Value;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code controller}. */
final class ControllerReader {
  private static final String EXAMPLE = "127.0.0.1:7979 or [::1]:7979";
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
    SocketAddressForm listen = listen();
    Secret token = token();
    List<String> hosts = hosts();
    checkExposure(listen, token, hosts);
    return new ControllerConfig(listen.host(), listen.port(), token, hosts, state(state), log());
  }

  private SocketAddressForm listen() {
    Value value = section.get("listen");
    SocketAddressForm read = value == null ? null : SocketAddressForm.read(value, 0, EXAMPLE);
    return read == null
        ? new SocketAddressForm(InetAddress.getLoopbackAddress(), "127.0.0.1", DEFAULT_PORT)
        : read;
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

  private void checkExposure(SocketAddressForm listen, @Nullable Secret token, List<String> hosts) {
    if (listen.loopback()) {
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
