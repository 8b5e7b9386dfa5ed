// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import dev.sinew.Expect;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How HAProxy speaks to the replicas of a backend.
 *
 * @param http2 whether by HTTP/2, which gRPC needs, or by HTTP/1.1
 * @param tls null for cleartext
 * @param slowStart how long a new or returned replica takes to its full share; zero for none
 * @param check null if HAProxy does not check health by itself; what is asked is the backend's
 *     {@code option tcp-check} or {@code option httpchk}
 * @param agent null if nobody tells HAProxy weights; with one, the weights are left to it
 */
public record ServerOptions(
    boolean http2,
    @Nullable Tls tls,
    Duration slowStart,
    @Nullable Check check,
    @Nullable Agent agent) {

  /** HAProxy 2.6 also ends a check that is under way after this time, and a busy JVM may need a while. */
  private static final long FAST_MILLIS = 500;

  /** Checks every field. */
  public ServerOptions {
    Expect.that(
        !slowStart.isNegative() && slowStart.compareTo(Duration.ofMinutes(10)) <= 0,
        "slow-start",
        slowStart,
        "0 to 10 minutes");
  }

  /**
   * TLS to the replicas; their certificate is verified.
   *
   * @param caFile as HAProxy's configuration file names it there, where it must occur: HAProxy opens no
   *     file for a new server
   * @param serverName what is sent as SNI and must be in the certificate
   */
  public record Tls(String caFile, String serverName) {
    /** Checks every field. */
    public Tls {
      ServerNames.file("tls.ca-file", caFile);
      ServerNames.plain("tls.server-name", serverName);
    }
  }

  /**
   * HAProxy's own health checks. Three failed connections in a row hasten them, to every 500 ms.
   *
   * @param interval 10 ms to 10 minutes
   * @param fall how many failures in a row mean down
   * @param rise how many successes in a row mean up
   */
  public record Check(Duration interval, int fall, int rise) {
    /** Checks every field. */
    public Check {
      requireInterval("check.interval", interval);
      Expect.that(fall >= 1 && fall <= 100, "check.fall", fall, "1 to 100");
      Expect.that(rise >= 1 && rise <= 100, "check.rise", rise, "1 to 100");
    }
  }

  /**
   * The agent that tells HAProxy weights; it is sent {@code sinew.<id>} and a {@code !}, since a command
   * cannot carry an end of line.
   *
   * @param host a literal address
   * @param port 1 to 65535
   * @param interval 10 ms to 10 minutes
   */
  public record Agent(String host, int port, Duration interval) {
    /** What ends the name that the agent is sent. */
    public static final char END = '!';

    /** Checks every field. */
    public Agent {
      Expect.that(Addresses.literal(host).isPresent(), "agent.host", host, "a literal address");
      Expect.that(port >= 1 && port <= 65535, "agent.port", port, "1 to 65535");
      requireInterval("agent.interval", interval);
    }
  }

  /** HTTP/1.1 in cleartext, nothing else. */
  public static ServerOptions http1() {
    return new ServerOptions(false, null, Duration.ZERO, null, null);
  }

  /** HTTP/2 in cleartext, as gRPC speaks it, nothing else. */
  public static ServerOptions grpc() {
    return new ServerOptions(true, null, Duration.ZERO, null, null);
  }

  /** The same over TLS. */
  public ServerOptions with(Tls other) {
    return new ServerOptions(http2, other, slowStart, check, agent);
  }

  /** The same with health checks. */
  public ServerOptions with(Check other) {
    return new ServerOptions(http2, tls, slowStart, other, agent);
  }

  /** The same with an agent. */
  public ServerOptions with(Agent other) {
    return new ServerOptions(http2, tls, slowStart, check, other);
  }

  /** The same with slow start. */
  public ServerOptions withSlowStart(Duration other) {
    return new ServerOptions(http2, tls, other, check, agent);
  }

  /**
   * The words that follow the address in {@code add server}. Never {@code enabled}: with it, a HAProxy 2.6
   * that later deletes the server miscounts and may answer 503 for the whole backend.
   */
  String words(String server) {
    StringBuilder words = new StringBuilder();
    if (tls != null) {
      words.append(" ssl verify required ca-file ").append(tls.caFile());
      words.append(" sni str(").append(tls.serverName()).append(')');
      words.append(" alpn ").append(http2 ? "h2" : "http/1.1");
    } else if (http2) {
      words.append(" proto h2");
    }
    if (!slowStart.isZero()) {
      words.append(" slowstart ").append(slowStart.toMillis()).append("ms");
    }
    if (check != null) {
      words.append(" check inter ").append(check.interval().toMillis()).append("ms");
      words.append(" fall ").append(check.fall()).append(" rise ").append(check.rise());
      words.append(" fastinter ").append(Math.min(FAST_MILLIS, check.interval().toMillis()));
      words.append("ms observe layer4 error-limit 3 on-error fastinter");
      if (tls != null) {
        // Unlike those of the configuration file, new servers do not check over TLS by themselves.
        words.append(" check-ssl check-sni ").append(tls.serverName());
        words.append(" check-alpn ").append(http2 ? "h2" : "http/1.1");
      }
    }
    if (agent != null) {
      words.append(" agent-check agent-addr ").append(agent.host());
      words.append(" agent-port ").append(agent.port());
      words.append(" agent-inter ").append(agent.interval().toMillis()).append("ms");
      words.append(" agent-send ").append(server).append(Agent.END);
    }
    return words.toString();
  }

  private static void requireInterval(String what, Duration interval) {
    Expect.that(
        interval.compareTo(Duration.ofMillis(10)) >= 0
            && interval.compareTo(Duration.ofMinutes(10)) <= 0,
        what,
        interval,
        "10 ms to 10 minutes");
  }
}
