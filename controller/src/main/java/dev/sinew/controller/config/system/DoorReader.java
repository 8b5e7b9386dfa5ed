// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.controller.config.reference.SocketAddressForm;
import dev.sinew.controller.config.reference.Surroundings;
import dev.sinew.controller.config.system.DoorConfig.Balance;
import dev.sinew.controller.config.system.DoorConfig.Protocol;
import dev.sinew.controller.config.yaml.Section;
import dev.sinew.controller.config.yaml.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code haproxy} of a service. */
public final class DoorReader {
  private static final Pattern BACKEND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final String NAME = "1 to 100 letters, digits, dots, dashes and underscores";
  private static final List<String> PROTOCOLS = List.of("grpc", "http");
  private static final List<String> BALANCES =
      List.of("round-robin", "random", "weighted", "leastconn");
  private static final List<String> RETRIES = List.of("connect", "idempotent");

  private DoorReader() {}

  /** The keys of the section. */
  public static List<String> keys() {
    return List.of("backend", "listen", "protocol", "balance", "slow-start", "tls", "retry");
  }

  /**
   * The door, or null if the service has none.
   *
   * @param known whether the file names an HAProxy
   */
  public static @Nullable DoorConfig read(
      Section service, String name, boolean known, Surroundings surroundings) {
    Value value = service.get("haproxy");
    if (value == null) {
      return null;
    }
    if (!known) {
      value.error(
          "a door", "haproxy: {socket: \"unix:haproxy.sock\"} at the top of the file as well");
    }
    Section section = value.section(keys());
    Value listen = section.get("listen");
    SocketAddressForm at =
        listen == null ? null : SocketAddressForm.read(listen, 1, "127.0.0.1:8080");
    Section tls = section.section("tls", List.of("certificate"));
    return new DoorConfig(
        section.text("backend", BACKEND, NAME, name),
        at,
        Protocol.valueOf(constant(section.word("protocol", PROTOCOLS))),
        Balance.valueOf(constant(section.word("balance", BALANCES))),
        section.duration(
            "slow-start", Duration.ofSeconds(1), Duration.ofMinutes(10), Duration.ZERO),
        certificate(section, tls, surroundings),
        section.word("retry", RETRIES).equals("idempotent"));
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static @Nullable Path certificate(
      Section section, Section tls, Surroundings surroundings) {
    if (!section.has("tls")) {
      return null;
    }
    Value value = tls.require("certificate", "a file with certificate and key in PEM form");
    return value == null ? null : surroundings.path(value);
  }
}
