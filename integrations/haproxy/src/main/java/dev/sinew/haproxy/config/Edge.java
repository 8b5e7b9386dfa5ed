// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import dev.sinew.Expect;
import dev.sinew.haproxy.socket.HaproxySocket;
import org.jspecify.annotations.Nullable;

/**
 * One HAProxy itself, apart from the doors it keeps.
 *
 * @param socket where it takes commands: {@code unix:/path} (at most 90 bytes of path) or
 *     {@code tcp://127.0.0.1:port}; only loopback, since the protocol has no password
 * @param metrics where Prometheus may scrape it, or null
 * @param connections that it keeps at once, 10 to 1 000 000; each needs two file descriptors
 */
public record Edge(String socket, @Nullable Address metrics, int connections) {
  /** Needs about 4100 file descriptors, and the usual hard limit is 4096 at the very least. */
  private static final int USUAL_CONNECTIONS = 2_000;

  /** Of the 107 bytes of a socket's path HAProxy needs some for a temporary name. */
  private static final int LONGEST_PATH = 90;

  private static final String UNIX = "unix:";
  private static final String TCP = "tcp://";

  /** Checks all three. */
  public Edge {
    HaproxySocket.at(socket);
    if (socket.startsWith(UNIX)) {
      String path = socket.substring(UNIX.length());
      Quoted.word("haproxy.socket", path);
      Expect.that(
          path.length() <= LONGEST_PATH, "haproxy.socket", socket, "at most 90 bytes of path");
    }
    Expect.that(
        connections >= 10 && connections <= 1_000_000,
        "haproxy.connections",
        connections,
        "10 to 1 000 000");
  }

  /** Takes commands at a socket, keeps up to 2000 connections, and is not scraped. */
  public static Edge at(String socket) {
    return new Edge(socket, null, USUAL_CONNECTIONS);
  }

  /** Answers {@code /metrics} in Prometheus' format at this address. */
  public Edge withMetrics(Address address) {
    return new Edge(socket, address, connections);
  }

  /** Keeps so many connections at once. */
  public Edge withConnections(int most) {
    return new Edge(socket, metrics, most);
  }

  /** The line for the global section. */
  String socketLine() {
    String where = socket.startsWith(UNIX)
        ? Quoted.word("haproxy.socket", socket.substring(UNIX.length())) + " mode 600"
        : socket.substring(TCP.length());
    return "stats socket " + where + " level admin expose-fd listeners";
  }
}
