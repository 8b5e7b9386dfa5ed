// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process.health;

import dev.sinew.Expect;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How a replica is asked whether it serves; always on the loopback address, and with 1 s to answer.
 *
 * @param kind the protocol
 * @param path what HTTP asks for; empty for the others
 */
public record HealthCheck(Kind kind, String path) {
  private static final Pattern PATH = Pattern.compile("/[!-\"$-~]{0,1023}");
  private static final HealthCheck GRPC = new HealthCheck(Kind.GRPC, "");
  private static final HealthCheck TCP = new HealthCheck(Kind.TCP, "");

  /** The protocol of a check. */
  public enum Kind {
    /** The gRPC health service. */
    GRPC,
    /** A GET. */
    HTTP,
    /** A connection. */
    TCP
  }

  /** Checks the path. */
  public HealthCheck {
    if (kind == Kind.HTTP) {
      Expect.that(
          PATH.matcher(path).matches(),
          "health.path",
          path,
          "/ and at most 1023 characters of ASCII without space or #");
    } else {
      Expect.that(path.isEmpty(), "health.path", path, "none without HTTP");
    }
  }

  /** {@code grpc.health.v1.Health/Check} in plain text for the server as a whole says SERVING. */
  public static HealthCheck grpc() {
    return GRPC;
  }

  /**
   * {@code GET path} in plain HTTP/1.1 is answered by a status from 200 to 399; no redirect is
   * followed.
   *
   * @throws IllegalArgumentException if the path does not begin with a slash, is longer than 1024
   *     characters or holds a space, a hash or what is not ASCII
   */
  public static HealthCheck http(String path) {
    return new HealthCheck(Kind.HTTP, path);
  }

  /**
   * A connection is accepted.
   *
   * <p>The kernel accepts for the process: one that is frozen or stuck looks healthy until its
   * backlog is full. Prefer another check where the server has one.
   */
  public static HealthCheck tcp() {
    return TCP;
  }

  /** What to ask a server. */
  HealthQuestion question(InetSocketAddress server) {
    return switch (kind) {
      case GRPC -> new GrpcQuestion(server);
      case HTTP -> new SocketQuestion(server, path);
      case TCP -> new SocketQuestion(server, "");
    };
  }

  /** The kind, and the path if there is one: {@code http /health}. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return path.isEmpty() ? name : name + " " + path;
  }
}
