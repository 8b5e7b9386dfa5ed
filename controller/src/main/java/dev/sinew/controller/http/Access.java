// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import com.sun.net.httpserver.Headers;
import dev.sinew.Expect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who may ask, and under which names: the token and the host names of a server. */
public final class Access {
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1]");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9a-fA-F:.]+]");

  private final byte @Nullable [] token;
  private final Set<String> hosts;

  private Access(byte @Nullable [] token, Set<String> hosts) {
    this.token = token;
    this.hosts = hosts;
  }

  /** For this machine alone, without a token. */
  public static Access loopback() {
    return new Access(null, Set.of());
  }

  /**
   * What a server at an address allows.
   *
   * @param token what clients must show; null for none, which only a loopback address allows
   * @param hosts names under which clients ask for it, beside those of loopback
   * @throws IllegalArgumentException if it would be open to other machines without a token
   */
  public static Access of(InetSocketAddress bind, @Nullable String token, List<String> hosts) {
    Expect.that(!bind.isUnresolved(), "address", bind, "an address that resolves");
    Expect.that(
        token != null || bind.getAddress().isLoopbackAddress(),
        "token",
        "none",
        "a token, since " + bind + " is reachable from other machines");
    Expect.that(token == null || !token.isBlank(), "token", "(hidden)", "at least one character");
    Set<String> names = new TreeSet<>();
    for (String host : hosts) {
      Expect.that(NAME.matcher(host).matches(), "hosts", host, "a host name or address, no port");
      names.add(host.toLowerCase(Locale.ROOT));
    }
    return new Access(token == null ? null : token.getBytes(StandardCharsets.UTF_8), names);
  }

  boolean hasToken() {
    return token != null;
  }

  /**
   * Whether a request was meant for this server: a foreign name in its Host field means that somebody
   * pointed a name of theirs here, so that a browser takes this server for their site.
   *
   * @param reached the address at which the request came in
   */
  boolean meantForUs(Headers headers, InetAddress reached) {
    List<String> all = headers.getOrDefault("Host", List.of());
    if (all.size() != 1) {
      return false;
    }
    String host = PORT.matcher(all.get(0)).replaceFirst("").toLowerCase(Locale.ROOT);
    return LOOPBACK.matcher(host).matches()
        || hosts.contains(host)
        || (token != null && host.equals(literal(reached)));
  }

  /** Whether a request's fields carry the token; true if there is none. Takes the same time for all. */
  boolean admits(Headers headers) {
    String given = headers.getFirst("X-Consul-Token");
    String bearer = headers.getFirst("Authorization");
    if (given == null && bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
      given = bearer.substring(7);
    }
    return admits(given == null ? "" : given);
  }

  /** Whether this is the token; true if there is none. */
  public boolean admits(String given) {
    return token == null || MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    return text.indexOf(':') < 0 ? text : "[" + text + "]";
  }
}
