// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinew.controller.http.Access;
import dev.sinew.controller.http.Area;
import dev.sinew.controller.http.Guard;
import dev.sinew.controller.http.HttpFront;
import dev.sinew.controller.http.Replies;
import dev.sinew.controller.registry.RegistryApi.Answer;
import dev.sinew.controller.registry.RegistryApi.Query;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small registry in this process that speaks Consul's HTTP API, so that a laptop needs no server.
 *
 * <p>Registration with TTL checks, heart-beats, blocking health queries and the catalog behave as in
 * Consul 1.8.7. Bounds: bodies of 64 KiB (413), 10 000 instances (429), 5 000 waiting queries (beyond,
 * the one that waits longest is answered early). A query that waits holds no thread.
 *
 * <p>With a file it remembers what is registered: a restarted registry knows its replicas, gives each a
 * new TTL and goes on with a greater index, so that watchers ask again and are told the same list. A
 * replica that died meanwhile leaves when its TTL is over. Without a file, or with one that cannot be
 * read, replicas register again, which Sinew's do within seconds.
 *
 * <p>While unfinished requests hold every thread of the {@link HttpFront} nobody else is served, and no
 * TTL runs out, since the heart-beats cannot be heard; clients go on with what they know. So whoever can
 * connect can make the registry stand still for seconds, also without the token: let only machines
 * reach it that are trusted to that extent.
 */
public final class RegistryServer implements Closeable {
  private static final System.Logger LOG = System.getLogger(RegistryServer.class.getName());
  private static final int MOST_WAITING = 5_000;
  private static final int TICK_MILLIS = 25;
  private static final List<String> PATHS = List.of("/v1/", RegistryApi.LEADER);

  private final HttpFront front;
  private final boolean own;
  private final RegistryStore store;
  private final RegistryApi api;
  private final Watches watches;
  private final @Nullable RegistrySnapshot snapshot;
  private final ScheduledThreadPoolExecutor timer;
  private final Future<?> ticks;

  private RegistryServer(
      HttpFront front,
      boolean own,
      @Nullable Path snapshotFile,
      InstantSource clock,
      int mostWaiting) {
    this.front = front;
    this.own = own;
    InetSocketAddress address = front.address();
    Instant now = clock.instant();
    RegistrySnapshot.Content before =
        snapshotFile == null ? null : RegistrySnapshot.read(snapshotFile);
    long firstIndex = RegistrySnapshot.indexAfter(before, now);
    String host = address.getAddress().getHostAddress();
    this.store = new RegistryStore(firstIndex, this::changed);
    if (before != null) {
      store.restore(before.instances(), now);
      LOG.log(
          System.Logger.Level.INFO,
          "registry address={0} state=restored instances={1}",
          address,
          store.size());
    }
    this.api = new RegistryApi(
        store, new EntryWriter(host, firstIndex), clock, host + ":" + address.getPort());
    this.timer = new ScheduledThreadPoolExecutor(1, RegistryServer::timerThread);
    timer.setRemoveOnCancelPolicy(true);
    this.watches = new Watches(mostWaiting, store::index, api::answer, timer, front.workers());
    this.snapshot =
        snapshotFile == null ? null : new RegistrySnapshot(snapshotFile, store::content);
    this.ticks = timer.scheduleAtFixedRate(
        () -> tick(clock.instant()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    if (snapshot != null) {
      snapshot.changed();
    }
  }

  /**
   * Starts a registry that forgets everything when it ends.
   *
   * @param bind where to listen; port 0 chooses a free one
   * @param token what clients must send as X-Consul-Token or as a bearer; null for none
   * @throws IllegalArgumentException if it would listen beyond this machine without a token
   * @throws IOException if it cannot listen there
   */
  public static RegistryServer start(InetSocketAddress bind, @Nullable String token)
      throws IOException {
    return start(bind, token, null);
  }

  /**
   * Starts a registry.
   *
   * @param bind where to listen; port 0 chooses a free one
   * @param token what clients must send as X-Consul-Token or as a bearer; null for none
   * @param snapshot the file that it remembers its instances in, or null
   * @throws IllegalArgumentException if it would listen beyond this machine without a token
   * @throws IOException if it cannot listen there
   */
  public static RegistryServer start(
      InetSocketAddress bind, @Nullable String token, @Nullable Path snapshot) throws IOException {
    return start(bind, token, snapshot, steadyClock(), MOST_WAITING);
  }

  /**
   * Serves a registry below {@code /v1/} of a server that somebody else opens, starts and closes.
   *
   * @param snapshot the file that it remembers its instances in, or null
   */
  public static RegistryServer mount(HttpFront front, Guard guard, @Nullable Path snapshot) {
    return mount(front, false, guard, snapshot, steadyClock(), MOST_WAITING);
  }

  static RegistryServer start(
      InetSocketAddress bind, @Nullable String token, InstantSource clock, int mostWaiting)
      throws IOException {
    return start(bind, token, null, clock, mostWaiting);
  }

  private static RegistryServer start(
      InetSocketAddress bind,
      @Nullable String token,
      @Nullable Path snapshot,
      InstantSource clock,
      int mostWaiting)
      throws IOException {
    Guard guard = new Guard(Access.of(bind, token, List.of()));
    HttpFront front = HttpFront.open(bind, "sinew-registry");
    RegistryServer server = mount(front, true, guard, snapshot, clock, mostWaiting);
    front.start();
    return server;
  }

  private static RegistryServer mount(
      HttpFront front,
      boolean own,
      Guard guard,
      @Nullable Path snapshot,
      InstantSource clock,
      int mostWaiting) {
    RegistryServer server = new RegistryServer(front, own, snapshot, clock, mostWaiting);
    guard.serve(front.server(), "/v1/", Area.REGISTRY, server::handle);
    guard.serve(front.server(), RegistryApi.LEADER, Area.REGISTRY_STATUS, server::handle);
    LOG.log(System.Logger.Level.INFO, "registry address={0} state=serving", server.address());
    return server;
  }

  /** A clock that nobody sets: a step forward must not make every TTL run out. */
  private static InstantSource steadyClock() {
    Instant origin = Instant.now();
    long originNanos = System.nanoTime();
    return () -> origin.plusNanos(System.nanoTime() - originNanos);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return front.address();
  }

  /** The HTTP server below it, for pages of this program beside {@code /v1/}. */
  public HttpServer http() {
    return front.server();
  }

  /** How often its file could not be written, ever. */
  public long snapshotFailures() {
    return snapshot == null ? 0 : snapshot.failures();
  }

  /** The instances of all services whose checks pass, as they are now. */
  public List<RegistryEntry> passing() {
    return store.all().stream().filter(RegistryEntry::passing).toList();
  }

  /** The instances of one service as they are now, in the order of their ids. */
  List<RegistryEntry> entries(String service) {
    return store.service(service).value();
  }

  /** The number of queries that wait for a change, at most 5 000. */
  int waiting() {
    return watches.size();
  }

  /** Whether requests may wait unread because all threads are held. */
  boolean unheard() {
    return front.unheard();
  }

  /** Stops at once; waiting queries lose their connection. */
  @Override
  public void close() {
    InetSocketAddress address = address();
    ticks.cancel(false);
    timer.shutdownNow();
    if (own) {
      front.close();
    } else {
      PATHS.forEach(front.server()::removeContext);
      watches.drop();
    }
    if (snapshot != null) {
      snapshot.close();
    }
    LOG.log(System.Logger.Level.INFO, "registry address={0} state=closed", address);
  }

  // A failure must not end the ticking.
  private void tick(Instant now) {
    try {
      store.tick(now, unheard());
    } catch (RuntimeException | Error e) {
      // Without ticks no check would ever run out.
      LOG.log(System.Logger.Level.ERROR, "registry state=failed", e);
    }
  }

  // The store is made, and restored, before the watches and the file.
  private void changed(String key) {
    watches.changed(key);
    if (snapshot != null) {
      snapshot.changed();
    }
  }

  private void handle(HttpExchange exchange) {
    try {
      byte[] body = Guard.body(exchange, Area.REGISTRY);
      if (body == null) {
        return;
      }
      Request request = Request.of(exchange.getRequestMethod(), exchange.getRequestURI(), body);
      Query query = api.query(request);
      if (query == null) {
        send(exchange, api.perform(request));
      } else if (query.index() == 0) {
        send(exchange, api.answer(query.read()));
      } else if (!watches.add(query, jittered(query.longest()), new Waiter(exchange))) {
        throw new RefusedException(429, "too many waiting queries");
      }
    } catch (RefusedException e) {
      send(exchange, Answer.error(e.status(), String.valueOf(e.getMessage())));
    } catch (IOException e) {
      exchange.close();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "registry state=failed", e);
      send(exchange, Answer.error(500, "internal error"));
    }
  }

  // As Consul: up to a sixteenth more, so that clients that began together do not stay together.
  private static long jittered(Duration longest) {
    return longest.toNanos() + ThreadLocalRandom.current().nextLong(longest.toNanos() / 16 + 1);
  }

  private static void send(HttpExchange exchange, Answer answer) {
    Headers headers = exchange.getResponseHeaders();
    if (answer.index() > 0) {
      headers.set("X-Consul-Index", Long.toString(answer.index()));
      headers.set("X-Consul-Knownleader", "true");
      headers.set("X-Consul-Lastcontact", "0");
    }
    Replies.send(exchange, answer.status(), answer.contentType(), answer.body());
  }

  private record Waiter(HttpExchange exchange) implements Watches.Waiter {
    @Override
    public void answer(Answer answer) {
      send(exchange, answer);
    }

    @Override
    public void drop() {
      exchange.close();
    }
  }

  private static Thread timerThread(Runnable task) {
    Thread thread = new Thread(task, "sinew-registry-timer");
    thread.setDaemon(true);
    return thread;
  }
}
