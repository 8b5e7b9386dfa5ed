// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.EndpointSinkProvider;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where and as whom a server registers.
 *
 * @param target registry and service
 * @param provider opens the registry
 * @param id the replica's id, or null to make a unique one
 * @param host the host that clients shall connect to
 * @param placement its part in the fleet
 * @param attributes what else the registry is told; the placement's own come first
 */
record Announcement(
    String target,
    EndpointSinkProvider provider,
    @Nullable String id,
    String host,
    Placement placement,
    Map<String, String> attributes) {
  private static final Logger LOG = System.getLogger(Announcement.class.getName());
  private static final String REGISTRY = "SINEW_REGISTRY";
  private static final String REPLICA_ID = "SINEW_REPLICA_ID";
  private static final String NO_REGISTRY = "none";
  private static final String LOOPBACK = "127.0.0.1";
  private static final Pattern SERVICE_NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,253}");
  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://.*");
  private static final Pattern OTHER_REGISTRIES = Pattern.compile("^([^/?#]+://[^/?#,]*),[^/?#]*");
  private static final Pattern LOOPBACK_HOST =
      Pattern.compile("localhost|127\\..*|\\[?::1]?", Pattern.CASE_INSENSITIVE);

  /**
   * The announcement for what the user asked, or null if the environment says that there is no registry.
   *
   * @throws IllegalArgumentException if no provider opens such a target, or the environment says what
   *     cannot be
   */
  static @Nullable Announcement of(
      String service,
      @Nullable String host,
      Placement placement,
      Map<String, String> environment,
      List<EndpointSinkProvider> providers) {
    String registry = environment.getOrDefault(REGISTRY, "");
    if (registry.equals(NO_REGISTRY)) {
      LOG.log(Level.INFO, "registration skipped service={0} because SINEW_REGISTRY=none", service);
      return null;
    }
    String target = target(service, registry.isEmpty() ? "consul:///" : registry);
    String scheme = target.substring(0, target.indexOf(':')).toLowerCase(Locale.ROOT);
    List<String> schemes =
        providers.stream().map(EndpointSinkProvider::scheme).sorted().toList();
    Expect.that(
        schemes.contains(scheme),
        "register",
        target,
        "a scheme that an integration on the class path registers at: " + schemes);
    EndpointSinkProvider provider = providers.stream()
        .filter(candidate -> candidate.scheme().equals(scheme))
        .findFirst()
        .orElseThrow();
    String id = environment.getOrDefault(REPLICA_ID, "");
    return new Announcement(
        target,
        provider,
        id.isEmpty() ? null : id,
        host == null ? advertisedHost(firstRegistry(target)) : host,
        placement.filledFrom(environment),
        Map.of());
  }

  /** This announcement with further attributes. */
  Announcement with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(attributes);
    all.putAll(more);
    return new Announcement(target, provider, id, host, placement, Map.copyOf(all));
  }

  /** Opens the registry. */
  EndpointSink open() {
    return provider.open(target);
  }

  /** The endpoint of a server on a port. */
  Endpoint endpoint(int port, Instant startedAt) {
    String unique = id == null ? uniqueId(port) : id;
    return placement.place(
        Endpoint.of(host, port).withId(unique).withStartedAt(startedAt).withAttributes(attributes));
  }

  /** A whole target stays as it is; a service's name is put in the place of the registry's path. */
  private static String target(String service, String registry) {
    if (SCHEME.matcher(service).matches()) {
      return service;
    }
    Expect.that(
        SERVICE_NAME.matcher(service).matches(),
        "register",
        service,
        "a target or a service name of letters, digits, _ . -");
    Expect.that(
        SCHEME.matcher(registry).matches(), REGISTRY, registry, "as consul://127.0.0.1:8500");
    int query = registry.indexOf('?');
    String address = query < 0 ? registry : registry.substring(0, query);
    String slash = address.endsWith("/") ? "" : "/";
    return address + slash + service + (query < 0 ? "" : registry.substring(query));
  }

  private static URI uri(String target) {
    try {
      return URI.create(target);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Expect.message("register", target, "a URI"), e);
    }
  }

  /** A target without the registries after the first one, as {@code b:1} in {@code x://a:1,b:1/y}. */
  static URI firstRegistry(String target) {
    return uri(OTHER_REGISTRIES.matcher(target).replaceFirst("$1"));
  }

  private static String advertisedHost(URI registry) {
    String host = registry.getHost();
    if (host == null || LOOPBACK_HOST.matcher(host).matches()) {
      return LOOPBACK;
    }
    // Connecting a datagram socket sends nothing; it only asks for the route.
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(host, Math.max(1, registry.getPort())));
      return socket.getLocalAddress().getHostAddress();
    } catch (SocketException | IllegalArgumentException | UncheckedIOException e) {
      LOG.log(Level.WARNING, "no route to the registry host={0} error={1}", host, e.getMessage());
      return localHost(InetAddress::getHostAddress);
    }
  }

  private static String uniqueId(int port) {
    return String.format(
        Locale.ROOT,
        "%s-%d-%d-%04x",
        localHost(InetAddress::getHostName),
        ProcessHandle.current().pid(),
        port,
        ThreadLocalRandom.current().nextInt(1 << 16));
  }

  private static String localHost(Function<InetAddress, String> part) {
    try {
      return part.apply(InetAddress.getLocalHost());
    } catch (UnknownHostException e) {
      return LOOPBACK;
    }
  }
}
