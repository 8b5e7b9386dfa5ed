// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinew.controller.dashboard.LiveHistory;
import dev.sinew.controller.dashboard.LiveStream;
import dev.sinew.controller.dashboard.PageFiles;
import dev.sinew.controller.http.Area;
import dev.sinew.controller.http.Guard;
import dev.sinew.controller.http.Replies;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The pages of a fleet: {@code /} shows all services (a fleet of one leads to that one), {@code
 * /services/NAME} one in depth, {@code /login} takes the token. At most 64 watchers in all.
 */
final class FleetPages implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FleetPages.class.getName());
  private static final Pattern SERVICE =
      Pattern.compile("/(?:services|live)/([A-Za-z0-9._-]{1,100})");
  private static final JsonMapper JSON = JsonMapper.shared();

  private final FleetHistories fleet;
  private final AtomicInteger places = new AtomicInteger(LiveStream.MOST_WATCHERS);
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(FleetPages::tickerThread);
  private final LiveStream overview;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();

  private FleetPages(FleetHistories fleet) {
    this.fleet = fleet;
    this.overview = new LiveStream(new OverviewFeed(fleet), ticker, places);
  }

  /** Serves the pages of a fleet. */
  static FleetPages start(HttpServer server, Guard guard, FleetHistories fleet) {
    FleetPages pages = new FleetPages(fleet);
    guard.serve(server, "/", Area.PAGE, pages::index);
    guard.serve(server, "/services/", Area.PAGE, pages::service);
    guard.serve(server, "/live", Area.STREAM, pages::live);
    guard.serve(server, "/page/", Area.OPEN, PageFiles::serve);
    guard.serve(server, "/login", Area.LOGIN, exchange -> login(guard, exchange));
    Future<?> unused = pages.ticker.scheduleWithFixedDelay(
        pages::tick, LiveStream.TICK_MILLIS, LiveStream.TICK_MILLIS, TimeUnit.MILLISECONDS);
    return pages;
  }

  /** Asks for the token. */
  static void stranger(HttpExchange exchange) {
    PageFiles.send(exchange, 401, "login.html");
  }

  /** Lets the watchers go. */
  @Override
  public void close() {
    ticker.shutdown();
    overview.close();
    watched.values().forEach(one -> one.stream.close());
  }

  private void index(HttpExchange exchange) {
    String only = fleet.only();
    if (!exchange.getRequestURI().getRawPath().equals("/")) {
      Replies.text(exchange, 404, "not found");
    } else if (only != null) {
      exchange.getResponseHeaders().set("Location", "/services/" + only);
      Replies.empty(exchange, 302);
    } else {
      PageFiles.send(exchange, 200, "overview.html");
    }
  }

  private void service(HttpExchange exchange) {
    if (named(exchange) == null) {
      unknown(exchange);
    } else {
      PageFiles.send(exchange, 200, "index.html");
    }
  }

  private void live(HttpExchange exchange) {
    String name = named(exchange);
    LiveHistory history = name == null ? null : fleet.of(name);
    if (exchange.getRequestURI().getRawPath().equals("/live")) {
      overview.serve(exchange);
    } else if (name == null || history == null) {
      unknown(exchange);
    } else {
      stream(name, history).serve(exchange);
    }
  }

  /** The service that a path names, or null if there is none. */
  private @Nullable String named(HttpExchange exchange) {
    Matcher path = SERVICE.matcher(exchange.getRequestURI().getRawPath());
    return path.matches() && fleet.of(path.group(1)) != null ? path.group(1) : null;
  }

  private static void unknown(HttpExchange exchange) {
    Replies.text(exchange, 404, "service: unknown (expected: one of the fleet file)");
  }

  private LiveStream stream(String name, LiveHistory history) {
    return watched.compute(
            name,
            (key, old) -> old != null && old.history == history
                ? old
                : new Watched(history, LiveStream.of(history, ticker, places)))
        .stream;
  }

  /** A tick that fails must not be the last one. */
  private void tick() {
    try {
      tickAll();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "page state=failed", e);
    }
  }

  private void tickAll() {
    overview.tick();
    watched.forEach((name, one) -> {
      if (fleet.of(name) != one.history) { // its service has left the file
        watched.remove(name, one);
        one.stream.close();
      } else {
        one.stream.tick();
      }
    });
  }

  private static void login(Guard guard, HttpExchange exchange) throws IOException {
    byte[] body = Guard.body(exchange, Area.LOGIN);
    if (body == null) {
      return;
    }
    String token = token(body);
    if (token != null && guard.login(exchange, token)) {
      LOG.log(
          System.Logger.Level.INFO,
          "page login=granted client={0}",
          exchange.getRemoteAddress().getAddress().getHostAddress());
      Replies.empty(exchange, 204);
    } else {
      Guard.refuse(exchange, Area.LOGIN, 401, "token: wrong (expected: the controller's)");
    }
  }

  private static @Nullable String token(byte[] body) {
    try {
      JsonNode token = JSON.readTree(body).get("token");
      return token != null && token.isString() ? token.stringValue() : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static Thread tickerThread(Runnable work) {
    Thread thread = new Thread(work, "sinew-live");
    thread.setDaemon(true);
    return thread;
  }

  private record Watched(LiveHistory history, LiveStream stream) {}
}
