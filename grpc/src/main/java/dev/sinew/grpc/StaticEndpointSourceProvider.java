// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.endpoint.EndpointSourceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens sources that are written out in the target: {@code static:///host:port,[ipv6]:port}.
 *
 * <p>Brackets may be written as {@code %5B} and {@code %5D}, which plain gRPC targets need.
 */
public final class StaticEndpointSourceProvider implements EndpointSourceProvider {
  static final String SCHEME = "static";
  static final String PREFIX = SCHEME + ":///";

  private static final int MOST_ADDRESSES = 10_000;
  private static final String FORM = "host:port or [ipv6]:port";
  private static final Pattern ADDRESS =
      Pattern.compile("(?:([^\\[\\]:/\\s]+)|\\[([0-9A-Fa-f:.%]+)\\]):([0-9]{1,5})");

  /** For {@link java.util.ServiceLoader}. */
  public StaticEndpointSourceProvider() {}

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public EndpointSource open(String target) {
    return EndpointSource.fixed(parse(target));
  }

  static List<Endpoint> parse(String target) {
    boolean prefixed = target.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    Expect.that(prefixed, "target", target, PREFIX + "host:port,host:port");
    String list =
        target.substring(PREFIX.length()).replaceAll("(?i)%5B", "[").replaceAll("(?i)%5D", "]");
    String[] addresses = list.split(",", -1);
    Expect.that(
        addresses.length <= MOST_ADDRESSES,
        "target",
        addresses.length + " addresses",
        "at most " + MOST_ADDRESSES);
    List<Endpoint> endpoints = new ArrayList<>();
    for (String address : addresses) {
      endpoints.add(endpoint(address, target));
    }
    return endpoints.stream().distinct().toList();
  }

  private static Endpoint endpoint(String address, String target) {
    Matcher parts = ADDRESS.matcher(address);
    boolean formed = parts.matches();
    Expect.that(
        formed, "target", target, FORM + " instead of \"" + Expect.printable(address) + "\"");
    String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
    return Endpoint.of(host, Integer.parseInt(parts.group(3)));
  }
}
