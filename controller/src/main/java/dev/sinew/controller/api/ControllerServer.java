// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import com.sun.net.httpserver.HttpExchange;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.http.Access;
import dev.sinew.controller.http.Area;
import dev.sinew.controller.http.Guard;
import dev.sinew.controller.http.HttpFront;
import dev.sinew.controller.http.Replies;
import dev.sinew.controller.metrics.FleetMetrics;
import dev.sinew.controller.metrics.RegistryWatch;
import dev.sinew.controller.metrics.Scrapable;
import dev.sinew.controller.metrics.ScrapeTargets;
import dev.sinew.controller.registry.RegistryEntry;
import dev.sinew.controller.registry.RegistryServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the controller serves, on one port: the registry ({@code /v1/}), the API ({@code
 * /api/v1/}, described by {@code /openapi.json}), the pages ({@code /}, {@code /services/NAME}), and
 * {@code /healthz}, {@code /readyz}, {@code /metrics} and {@code /sd}.
 *
 * <p>Opened before the fleet, which needs the registry's address; {@link #show} then hands it the fleet.
 * Until that the registry works, {@code /readyz} says 503 and so do API and pages.
 */
public final class ControllerServer implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final HttpFront front;
  private final Guard guard;
  private final @Nullable RegistryServer registry;
  private final FleetHistories histories = new FleetHistories();
  private final FleetPages pages;
  private final FleetMetrics metrics = new FleetMetrics(this::fleet, InstantSource.system());
  private volatile @Nullable RegistryWatch foreign;
  private volatile @Nullable FleetView fleet;
  private volatile long heardNanos;
  private volatile boolean heard;

  private ControllerServer(HttpFront front, Guard guard, @Nullable RegistryServer registry) {
    this.front = front;
    this.guard = guard;
    this.registry = registry;
    this.pages = FleetPages.start(front.server(), guard, histories);
  }

  /**
   * Listens and serves the registry.
   *
   * @throws IllegalArgumentException if it would listen beyond this machine without a token
   * @throws IOException if it cannot listen there
   */
  public static ControllerServer open(Settings settings) throws IOException {
    Access access = Access.of(settings.bind(), settings.token(), settings.hosts());
    Guard guard = new Guard(access, FleetPages::stranger);
    HttpFront front = HttpFront.open(settings.bind(), "sinew-http");
    Path snapshot = settings.registrySnapshot();
    RegistryServer registry =
        snapshot == null ? null : RegistryServer.mount(front, guard, snapshot);
    ControllerServer server = new ControllerServer(front, guard, registry);
    FleetApi api = new FleetApi(server::fleet, Instant::now);
    guard.serve(front.server(), FleetApi.PATH, Area.API, api::handle);
    guard.serve(front.server(), "/openapi.json", Area.OPEN, ControllerServer::description);
    ScrapeTargets targets =
        new ScrapeTargets(server::scrapable, server::fleet, settings.token() == null);
    guard.serve(front.server(), "/metrics", Area.SCRAPE, server.metrics::handle);
    guard.serve(front.server(), "/sd", Area.SCRAPE, targets::handle);
    guard.serve(front.server(), "/healthz", Area.OPEN, server::healthy);
    guard.serve(front.server(), "/readyz", Area.OPEN, server::ready);
    front.start();
    return server;
  }

  /** Hands over the fleet that is shown from now on. */
  public void show(FleetView shown) {
    fleet = shown;
  }

  /** Adds those who are registered elsewhere to what is to be scraped; they are let go in the end. */
  public void scrape(RegistryWatch registered) {
    foreign = registered;
  }

  /** To be called once a second: remembers what the pages draw, and that the runner lives. */
  public void record(Instant now) {
    heardNanos = System.nanoTime();
    heard = true;
    FleetView shown = fleet;
    if (shown != null) {
      histories.record(shown, now);
      metrics.record(shown);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return front.address();
  }

  /** The address for a client on this machine. */
  public URI url() {
    InetAddress bound = address().getAddress();
    InetAddress reachable = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    String host = reachable.getHostAddress().replaceFirst("%.*", "");
    return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
        + address().getPort());
  }

  /** How often the registry's file could not be written, ever. */
  public long snapshotFailures() {
    return registry == null ? 0 : registry.snapshotFailures();
  }

  /** Stops at once. */
  @Override
  public void close() {
    pages.close();
    RegistryWatch watched = foreign;
    if (watched != null) {
      watched.close();
    }
    if (registry != null) {
      registry.close();
    }
    front.close();
  }

  /** The paths that are served, each with what is below it. */
  Set<String> paths() {
    return guard.paths();
  }

  private List<Scrapable> scrapable() {
    List<Scrapable> all = new ArrayList<>();
    if (registry != null) {
      registry.passing().stream()
          .map(this::scrapable)
          .filter(one -> one != null)
          .forEach(all::add);
    }
    RegistryWatch watched = foreign;
    if (watched != null) {
      all.addAll(watched.found());
    }
    return all;
  }

  /** As Sinew's replicas register: what is no attribute of theirs is there beside them. */
  private @Nullable Scrapable scrapable(RegistryEntry entry) {
    String priority = entry.meta().getOrDefault("priority", "");
    boolean backup = priority.isEmpty() ? entry.tags().contains("backup") : !priority.equals("0");
    String node = address().getAddress().getHostAddress();
    return Scrapable.of(
        entry.service(),
        entry.id(),
        entry.address().isEmpty() ? node : entry.address(),
        entry.meta().getOrDefault("zone", ""),
        backup,
        entry.meta());
  }

  private Optional<FleetView> fleet() {
    return Optional.ofNullable(fleet);
  }

  private static void description(HttpExchange exchange) {
    if (!exactly(exchange, "/openapi.json")) {
      return;
    }
    try (InputStream in = ControllerServer.class.getResourceAsStream("openapi.json")) {
      Replies.json(exchange, 200, Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void healthy(HttpExchange exchange) {
    if (exactly(exchange, "/healthz")) {
      Replies.text(exchange, 200, "ok");
    }
  }

  private void ready(HttpExchange exchange) {
    if (!exactly(exchange, "/readyz")) {
      return;
    }
    double silent = heard ? (System.nanoTime() - heardNanos) / NANOS : Double.NaN;
    List<String> reasons = Readiness.reasons(fleet, silent);
    if (reasons.isEmpty()) {
      Replies.text(exchange, 200, "ready");
    } else {
      // Names of services are for those who hold the token.
      Replies.text(
          exchange, 503, guard.admits(exchange) ? String.join("\n", reasons) : "not ready");
    }
  }

  private static boolean exactly(HttpExchange exchange, String path) {
    if (exchange.getRequestURI().getRawPath().equals(path)) {
      return true;
    }
    Replies.text(exchange, 404, "not found");
    return false;
  }

  /**
   * How to serve.
   *
   * @param bind where to listen; port 0 chooses a free one
   * @param token what clients must show; null for none, which only a loopback address allows
   * @param hosts names under which clients ask for it, beside those of loopback
   * @param registrySnapshot the file that the registry remembers its instances in; null serves no
   *     registry
   */
  public record Settings(
      InetSocketAddress bind,
      @Nullable String token,
      List<String> hosts,
      @Nullable Path registrySnapshot) {
    /** Copies the list. */
    public Settings {
      hosts = List.copyOf(hosts);
    }

    @Override
    public String toString() {
      return "Settings[bind=" + bind + ", token=" + (token == null ? "none" : "(hidden)") + "]";
    }
  }
}
