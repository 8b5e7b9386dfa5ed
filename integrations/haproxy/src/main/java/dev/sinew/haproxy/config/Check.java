// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.config;

import dev.sinew.Expect;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How HAProxy finds out whether a server serves.
 *
 * @param kind by which protocol
 * @param what the gRPC service or the HTTP path to ask for; empty with {@link Kind#TCP}
 */
public record Check(Kind kind, String what) {
  private static final Pattern PATH = Pattern.compile("/[!-~]*");

  /** By which protocol. */
  public enum Kind {
    /** {@code grpc.health.v1}: it says SERVING. */
    GRPC,
    /** A GET that is answered by a status from 200 to 399. */
    HTTP,
    /** A connection is accepted. */
    TCP
  }

  /** Checks what to ask for. */
  public Check {
    switch (kind) {
      case GRPC -> GrpcCheck.checkService(what);
      case HTTP ->
        Expect.that(
            PATH.matcher(what).matches(), "check.path", what, "a path of printable characters");
      case TCP -> Expect.that(what.isEmpty(), "check", what, "nothing to ask for with tcp");
    }
  }

  /** Asks for a gRPC service's health; the empty name means the server as a whole. */
  public static Check grpc(String service) {
    return new Check(Kind.GRPC, service);
  }

  /** Asks for a path, as {@code /health}. */
  public static Check http(String path) {
    return new Check(Kind.HTTP, path);
  }

  /** Connects. */
  public static Check tcp() {
    return new Check(Kind.TCP, "");
  }

  /** The lines of a backend that say so. */
  List<String> lines(String host) {
    return switch (kind) {
      case GRPC ->
        List.of(
            "# A call of grpc.health.v1.Health/Check" + (what.isEmpty() ? "" : " for " + what)
                + ", byte by byte; the answer has to be SERVING.",
            "option tcp-check",
            "tcp-check connect",
            "tcp-check send-binary " + GrpcCheck.request(what),
            "tcp-check expect binary " + GrpcCheck.SERVING);
      case HTTP ->
        List.of(
            "option httpchk",
            "http-check send meth GET uri " + Quoted.word("check.path", what)
                + " ver HTTP/1.1 hdr Host " + host,
            "http-check expect status 200-399");
      case TCP -> List.of();
    };
  }
}
