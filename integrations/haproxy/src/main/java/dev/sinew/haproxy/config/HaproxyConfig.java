// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import dev.sinew.Expect;
import dev.sinew.haproxy.agent.AgentResponder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The text of a whole configuration file for HAProxy 2.6 and later.
 *
 * <p>Replicas are not in it: they come and go through the Runtime API. What is in it are the doors, how each
 * balances, checks and tries again, and a place where calls wait while a backend has no replica: after a
 * reload HAProxy has forgotten them for some tenths of a second. Such a call gets its 503 after 1.5 s.
 */
public final class HaproxyConfig {
  private static final String METRICS = "sinew.metrics";
  private static final int MOST_DOORS = 1_000;

  /**
   * Refuses each connection: nobody listens at port 1. HAProxy then tries again as often as {@code retries}
   * says, and when it has only this one it first waits as long as {@code timeout connect}.
   */
  private static final String ROOM = "server room 127.0.0.1:1 backup weight 1";

  /** A full share for fixed servers whose weights an agent tells in percent. */
  private static final int FULL_WEIGHT = 100;

  private final StringBuilder text = new StringBuilder();

  private HaproxyConfig() {}

  /**
   * The text, the same for the same doors.
   *
   * @param edge the HAProxy that shall read it; several get one file each
   * @param doors 1 to 1000, each with a backend and an address of its own
   * @throws IllegalArgumentException if two doors are in each other's way
   */
  public static String text(Edge edge, List<Door> doors) {
    checkDistinct(edge, doors);
    HaproxyConfig config = new HaproxyConfig();
    config.head();
    config.global(edge, doors);
    config.defaults();
    config.metrics(edge);
    doors.forEach(config::door);
    return config.text.toString();
  }

  private static void checkDistinct(Edge edge, List<Door> doors) {
    Expect.that(!doors.isEmpty() && doors.size() <= MOST_DOORS, "doors", doors.size(), "1 to 1000");
    Set<String> names = new HashSet<>(Set.of(METRICS));
    Map<String, String> addresses = new HashMap<>();
    Address metrics = edge.metrics();
    if (metrics != null) {
      addresses.put(metrics.toString(), "the metrics");
    }
    for (Door door : doors) {
      Expect.that(
          names.add(door.backend()) && names.add(door.frontend()),
          "door.backend",
          door.backend(),
          "a name that no other door uses");
      String other =
          addresses.putIfAbsent(door.listen().toString(), "the door of " + door.backend());
      Expect.that(
          other == null, "door.listen", door.listen(), "an address that " + other + " has not");
    }
  }

  private void head() {
    line("# Written by `sinew haproxy config` for HAProxy 2.6 and later.");
    line("#   check    haproxy -c -f THIS_FILE");
    line("#   run      haproxy -W -f THIS_FILE       (-W: a master that reloads on SIGUSR2)");
    line(
        "# Replicas are added while it runs, as servers named sinew.<replica>; nobody else's servers");
    line("# are touched. After a reload they are added again within a second.");
  }

  private void global(Edge edge, List<Door> doors) {
    section("global");
    line("  # Commands from the controller. Who may write here rules this HAProxy.");
    line("  " + edge.socketLine());
    line("  stats maxconn 100");
    line("  maxconn " + edge.connections());
    line("  # After a reload the old process ends its calls, and then itself, within this time.");
    line("  hard-stop-after 60s");
    if (doors.stream().anyMatch(door -> door.protocol() == Protocol.GRPC)) {
      line(
          "  # A gRPC client has one connection; calls beyond these wait in it, unseen by the statistics.");
      line("  tune.h2.max-concurrent-streams 1000");
    }
    line("  # Servers that go up and down, not each call.");
    line("  log stderr format raw daemon notice");
    if (doors.stream().anyMatch(door -> door.certificate() != null)) {
      line("  ssl-default-bind-options ssl-min-ver TLSv1.2");
    }
  }

  private void defaults() {
    section("defaults");
    line("  mode http");
    line("  log global");
    line("  timeout connect 500ms");
    line("  timeout check 1s");
    line("  # A call waits so long for a server that is full.");
    line("  timeout queue 5s");
    line(
        "  # A request's head has to be there in this time, and idle clients keep a connection so long.");
    line("  timeout http-request 10s");
    line("  timeout http-keep-alive 60s");
    line("  timeout client 60s");
    line("  timeout server 60s");
    line("  # A call that a server did not take goes to another one at once, three times at most.");
    line("  option redispatch 1");
    line("  retries 3");
    line(
        "  # After a reload the old process ends idle connections with their next answer: a client that");
    line("  # is just sending would lose its call otherwise.");
    line("  option idle-close-on-response");
  }

  private void metrics(Edge edge) {
    Address metrics = edge.metrics();
    if (metrics == null) {
      return;
    }
    section("frontend " + METRICS);
    line("  bind " + metrics);
    line("  http-request use-service prometheus-exporter if { path /metrics }");
    line("  http-request return status 404");
  }

  private void door(Door door) {
    boolean grpc = door.protocol() == Protocol.GRPC;
    section("frontend " + door.frontend());
    line("  bind " + door.listen() + listening(door, grpc));
    if (grpc) {
      line("  # Streams may be silent for long.");
      line("  timeout client 1h");
    } else {
      line("  option forwardfor");
    }
    line("  default_backend " + door.backend());
    section("backend " + door.backend());
    line("  # " + door.balance().because());
    line("  balance " + door.balance().algorithm());
    line("  # When no other server is left, all backups serve, not only the first.");
    line("  option allbackups");
    retries(door);
    if (grpc) {
      line("  timeout server 1h");
      line("  # A silent connection is found dead by TCP, and silent servers by their checks.");
      line("  option srvtcpka");
    }
    door.check().lines(door.backend()).forEach(line -> line("  " + line));
    if (door.servers().isEmpty()) {
      line(
          "  # Nobody is there. While there is no replica, as for a moment after a reload, it refuses");
      line(
          "  # each call, which HAProxy then tries again every 500 ms, three times; then it answers 503.");
      line("  " + ROOM);
    }
    door.servers().forEach(server -> line("  " + server(door, server)));
  }

  private static String listening(Door door, boolean grpc) {
    if (door.certificate() == null) {
      return grpc ? " proto h2" : "";
    }
    String file = Quoted.word("door.tls.certificate", door.certificate().toString());
    return " ssl crt " + file + " alpn " + (grpc ? "h2" : "h2,http/1.1");
  }

  private void retries(Door door) {
    if (door.retryIdempotent()) {
      line(
          "  # Also after an empty answer, so a call may be worked on twice: for idempotent calls.");
      line("  retry-on conn-failure empty-response");
    } else {
      line("  # Only when nothing was sent yet, so no call is worked on twice.");
      line("  retry-on conn-failure");
    }
  }

  private static String server(Door door, FixedServer server) {
    StringBuilder line = new StringBuilder("server ");
    line.append(server.name()).append(' ').append(server.address());
    line.append(door.protocol() == Protocol.GRPC ? " proto h2" : "");
    line.append(" check inter 500ms fall 2 rise 1");
    line.append(server.backup() ? " backup" : "");
    if (door.slowStart().toMillis() > 0) {
      line.append(" slowstart ").append(door.slowStart().toMillis()).append("ms");
    }
    if (door.balance() == Balance.WEIGHTED) {
      line.append(" weight ").append(FULL_WEIGHT);
    }
    Address agent = door.agent();
    if (agent != null) {
      line.append(" agent-check agent-addr ").append(agent.host());
      line.append(" agent-port ").append(agent.port()).append(" agent-inter 1s agent-send ");
      line.append(AgentResponder.question(server.name()));
    }
    return line.toString();
  }

  private void section(String name) {
    text.append('\n').append(name).append('\n');
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
