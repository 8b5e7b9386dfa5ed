// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinew.Expect;
import dev.sinew.controller.registry.RegistryApi.Answer;
import dev.sinew.controller.registry.RegistryApi.Query;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small registry in this process that speaks Consul's HTTP API, so that a laptop needs no server.
 *
 * <p>Registration with TTL checks, heart-beats, blocking health queries and the catalog behave as in
 * Consul 1.8.7. It keeps everything in memory: after a restart clients register again, which Sinew's
 * do within seconds. Bounds: bodies of 64 KiB (413), 10 000 instances (429), 5 000 waiting queries
 * (beyond, the one that waits longest is answered early).
 *
 * <p>Requests are read and answered by 64 threads, which end when idle. A query that waits holds none.
 * A client that does not finish its request holds one for about 10 s, one that does not read a large
 * answer for up to 700 s. While all are held nobody else is served, and no TTL runs out, since the
 * heart-beats cannot be heard; clients go on with what they know. So whoever can connect can make the
 * registry stand still, also without the token: let only machines reach it that are trusted to that
 * extent.
 */
public final class RegistryServer implements Closeable {
  private static final System.Logger LOG = System.getLogger(RegistryServer.class.getName());
  static final int LARGEST_BODY = 64 * 1024;
  private static final int MOST_WAITING = 5_000;
  private static final int MOST_QUEUED = 10_000;
  private static final int THREADS = 64;
  private static final int TICK_MILLIS = 25;
  // An address or localhost: a name could be anybody's that resolves to this machine.
  private static final Pattern LOCAL_HOST =
      Pattern.compile("(localhost|[0-9.]+|\\[[0-9a-fA-F:.]+])(:\\d+)?");

  static {
    // The JDK's server writes head and body apart, which Nagle's algorithm delays by 40 ms.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    // Seconds for a whole request, and for an answer including the longest wait of a query.
    setIfAbsent("sun.net.httpserver.maxReqTime", "10");
    setIfAbsent("sun.net.httpserver.maxRspTime", "700");
  }

  private final HttpServer http;
  private final RegistryStore store;
  private final RegistryApi api;
  private final Watches watches;
  private final byte @Nullable [] token;
  private final ThreadPoolExecutor workers;
  private final ScheduledThreadPoolExecutor timer;
  private final Future<?> ticks;

  private RegistryServer(
      HttpServer http, @Nullable String token, InstantSource clock, int mostWaiting) {
    this.http = http;
    this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    InetSocketAddress address = http.getAddress();
    // Milliseconds since 1970 are above every index of an earlier run: old watchers wake at once.
    long firstIndex = Math.max(1, clock.instant().toEpochMilli());
    String host = address.getAddress().getHostAddress();
    this.store = new RegistryStore(firstIndex, this::changed);
    this.api = new RegistryApi(
        store, new EntryWriter(host, firstIndex), clock, host + ":" + address.getPort());
    this.timer = new ScheduledThreadPoolExecutor(1, threads("sinew-registry-timer"));
    timer.setRemoveOnCancelPolicy(true);
    this.workers = new ThreadPoolExecutor(
        THREADS,
        THREADS,
        10,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(MOST_QUEUED),
        threads("sinew-registry"));
    workers.allowCoreThreadTimeOut(true);
    this.watches = new Watches(mostWaiting, store::index, api::answer, timer, workers);
    this.ticks = timer.scheduleAtFixedRate(
        () -> tick(clock.instant()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a registry.
   *
   * @param bind where to listen; port 0 chooses a free one
   * @param token what clients must send as X-Consul-Token or as a bearer; null for none
   * @throws IllegalArgumentException if it would listen beyond this machine without a token
   * @throws IOException if it cannot listen there
   */
  public static RegistryServer start(InetSocketAddress bind, @Nullable String token)
      throws IOException {
    Instant origin = Instant.now();
    long originNanos = System.nanoTime();
    // A clock that nobody sets: a step forward must not make every TTL run out.
    InstantSource clock = () -> origin.plusNanos(System.nanoTime() - originNanos);
    return start(bind, token, clock, MOST_WAITING);
  }

  static RegistryServer start(
      InetSocketAddress bind, @Nullable String token, InstantSource clock, int mostWaiting)
      throws IOException {
    Expect.that(!bind.isUnresolved(), "registry.address", bind, "an address that resolves");
    Expect.that(
        token != null || bind.getAddress().isLoopbackAddress(),
        "registry.token",
        "none",
        "a token, since " + bind + " is reachable from other machines");
    Expect.that(
        token == null || !token.isBlank(), "registry.token", "(hidden)", "at least one character");
    HttpServer http = HttpServer.create(bind, 1024);
    RegistryServer server = new RegistryServer(http, token, clock, mostWaiting);
    http.createContext("/v1/", server::handle);
    http.setExecutor(server.workers);
    http.start();
    LOG.log(System.Logger.Level.INFO, "registry address={0} state=serving", server.address());
    return server;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  /** The HTTP server below it, for pages of this program beside {@code /v1/}. */
  public HttpServer http() {
    return http;
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
    return workers.getActiveCount() >= THREADS || !workers.getQueue().isEmpty();
  }

  /** Stops at once; waiting queries lose their connection. */
  @Override
  public void close() {
    InetSocketAddress address = address();
    ticks.cancel(false);
    timer.shutdownNow();
    http.stop(0);
    workers.shutdownNow();
    LOG.log(System.Logger.Level.INFO, "registry address={0} state=closed", address);
  }

  // A failure must not end the ticking.
  private void tick(Instant now) {
    try {
      store.tick(now, unheard());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "registry state=failed", e);
    }
  }

  // The store is made before the watches; nothing changes in between.
  private void changed(String key) {
    watches.changed(key);
  }

  private void handle(HttpExchange exchange) {
    try {
      Request request = request(exchange);
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

  private Request request(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getRawPath().equals(RegistryApi.LEADER)) {
      authorize(exchange.getRequestHeaders());
    }
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw new RefusedException(413, "the body is too large (limit: 64 KiB)");
    }
    return Request.of(exchange.getRequestMethod(), exchange.getRequestURI(), body);
  }

  private void authorize(Headers headers) {
    if (token == null) {
      String host = headers.getFirst("Host");
      if (host == null || !LOCAL_HOST.matcher(host).matches()) {
        throw new RefusedException(403, "Permission denied");
      }
      return;
    }
    String given = headers.getFirst("X-Consul-Token");
    String bearer = headers.getFirst("Authorization");
    if (given == null && bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
      given = bearer.substring(7);
    }
    byte[] bytes = given == null ? new byte[0] : given.getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(bytes, token)) {
      throw new RefusedException(403, "Permission denied");
    }
  }

  // As Consul: up to a sixteenth more, so that clients that began together do not stay together.
  private static long jittered(Duration longest) {
    return longest.toNanos() + ThreadLocalRandom.current().nextLong(longest.toNanos() / 16 + 1);
  }

  private static void send(HttpExchange exchange, Answer answer) {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", answer.contentType());
      if (answer.index() > 0) {
        headers.set("X-Consul-Index", Long.toString(answer.index()));
        headers.set("X-Consul-Knownleader", "true");
        headers.set("X-Consul-Lastcontact", "0");
      }
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
      if (length > 0) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (IOException e) {
      // The client has gone.
    }
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

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static ThreadFactory threads(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
