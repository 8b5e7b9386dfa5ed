// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import dev.sinew.Expect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a service's clients connect to, and how calls go from there to its replicas.
 *
 * @param backend the name of HAProxy's backend: letters, digits and any of _ . -
 * @param listen where clients connect
 * @param protocol what they speak
 * @param balance how a server is chosen
 * @param check how HAProxy finds out whether a server serves
 * @param certificate a PEM file with certificate and key for TLS at the door, or null for cleartext
 * @param retryIdempotent whether a call is tried at another server also after an empty answer, when the
 *     first one may have worked on it; else only when nothing was sent
 * @param slowStart how long a fixed server that begins to serve takes to its full share, 0 to 10 minutes
 * @param agent where HAProxy asks for the servers' weights, or null if they are set by its socket
 * @param servers that stand in the file, at most 1000
 */
public record Door(
    String backend,
    Address listen,
    Protocol protocol,
    Balance balance,
    Check check,
    @Nullable Path certificate,
    boolean retryIdempotent,
    Duration slowStart,
    @Nullable Address agent,
    List<FixedServer> servers) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
  private static final int MOST_SERVERS = 1_000;

  /** Checks everything. */
  public Door {
    Expect.that(
        NAME.matcher(backend).matches(),
        "door.backend",
        backend,
        "1 to 100 letters, digits and any of _ . -");
    Expect.that(
        !slowStart.isNegative() && slowStart.compareTo(Duration.ofMinutes(10)) <= 0,
        "door.slow-start",
        slowStart,
        "0 to 10 minutes");
    if (certificate != null) {
      Quoted.word("door.tls.certificate", certificate.toString());
    }
    Expect.that(
        agent == null || balance == Balance.WEIGHTED,
        "door.agent",
        String.valueOf(agent),
        "only with balance weighted");
    servers = List.copyOf(servers);
    Expect.that(servers.size() <= MOST_SERVERS, "door.servers", servers.size(), "at most 1000");
    Set<String> names = new HashSet<>();
    servers.forEach(
        server -> Expect.that(names.add(server.name()), "server.name", server.name(), "once"));
  }

  /**
   * A door in cleartext: round robin, a check by the door's own protocol, tries again only when nothing was
   * sent.
   */
  public static Door of(String backend, Address listen, Protocol protocol) {
    Check check = protocol == Protocol.GRPC ? Check.grpc("") : Check.tcp();
    return new Door(
        backend,
        listen,
        protocol,
        Balance.ROUND_ROBIN,
        check,
        null,
        false,
        Duration.ZERO,
        null,
        List.of());
  }

  /** Chooses servers so. */
  public Door withBalance(Balance way) {
    return new Door(
        backend,
        listen,
        protocol,
        way,
        check,
        certificate,
        retryIdempotent,
        slowStart,
        way == Balance.WEIGHTED ? agent : null,
        servers);
  }

  /** Checks servers so. */
  public Door withCheck(Check way) {
    return new Door(
        backend,
        listen,
        protocol,
        balance,
        way,
        certificate,
        retryIdempotent,
        slowStart,
        agent,
        servers);
  }

  /** Speaks TLS with the clients. */
  public Door withCertificate(Path pem) {
    return new Door(
        backend, listen, protocol, balance, check, pem, retryIdempotent, slowStart, agent, servers);
  }

  /** Tries again also what may have been worked on: for services whose calls may be replayed. */
  public Door withRetryIdempotent() {
    return new Door(
        backend, listen, protocol, balance, check, certificate, true, slowStart, agent, servers);
  }

  /** Gives a server that begins to serve its share little by little. */
  public Door withSlowStart(Duration time) {
    return new Door(
        backend,
        listen,
        protocol,
        balance,
        check,
        certificate,
        retryIdempotent,
        time,
        agent,
        servers);
  }

  /** Balances by weights that HAProxy asks for here. */
  public Door withAgent(Address address) {
    return new Door(
        backend,
        listen,
        protocol,
        Balance.WEIGHTED,
        check,
        certificate,
        retryIdempotent,
        slowStart,
        address,
        servers);
  }

  /** Has these servers in the file. */
  public Door withServers(List<FixedServer> fixed) {
    return new Door(
        backend,
        listen,
        protocol,
        balance,
        check,
        certificate,
        retryIdempotent,
        slowStart,
        agent,
        fixed);
  }

  /** The name of the frontend; HAProxy's statistics are asked for by name, so it is not the backend's. */
  String frontend() {
    return backend + ".door";
  }
}
