// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The live page of a run: {@code /} is the page, {@code /page/} its files, {@code /live} its server-sent
 * events. It shows whatever is added to its {@link LiveHistory}, within half a second (replicas: a second).
 *
 * <p>It reads only: GET and nothing else, for requests that name this machine's loopback as their host (a
 * foreign name means DNS rebinding) and that no other site's page makes. At most 64 watchers, beyond which
 * it answers 503. Messages are made once for all watchers, and not at all while nobody watches.
 */
public final class LivePage implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LivePage.class.getName());
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final List<String> PATHS = List.of("/", "/page/", "/live");
  private static final long TICK_MILLIS = 500;
  private static final int BEAT_TICKS = 10;

  private final HttpServer server;
  private final LiveHistory history;
  private final Watchers watchers = new Watchers();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(LivePage::tickerThread);
  private final AtomicBoolean closed = new AtomicBoolean();
  // The fields below belong to the ticker's thread.
  private LiveHistory.Cursor sent = new LiveHistory.Cursor(0, 0, 0);
  private boolean rowsTurn;
  private int quietTicks;

  private LivePage(HttpServer server, LiveHistory history) {
    this.server = server;
    this.history = history;
  }

  /** Serves the page of a history at {@code /}, {@code /page/} and {@code /live} of a server. */
  public static LivePage start(HttpServer server, LiveHistory history) {
    LivePage page = new LivePage(server, history);
    server.createContext("/", guarded(page::index));
    server.createContext("/page/", guarded(page::file));
    server.createContext("/live", guarded(page::live));
    Future<?> unused = page.ticker.scheduleWithFixedDelay(
        page::tickSafely, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return page;
  }

  /** Stops serving and lets the watchers go; their pages try again until a new one is there. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      PATHS.forEach(server::removeContext);
      ticker.shutdown(); // lets those who were just coming in be let go too
      watchers.close();
    }
  }

  int watching() {
    return watchers.count();
  }

  private void index(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/")) {
      answer(exchange, 200, PageFiles.type("index.html"), PageFiles.bytes("index.html"));
    } else {
      refuse(exchange, 404, "not found");
    }
  }

  private void file(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring("/page/".length());
    if (PageFiles.has(name)) {
      answer(exchange, 200, PageFiles.type(name), PageFiles.bytes(name));
    } else {
      refuse(exchange, 404, "not found");
    }
  }

  private void live(HttpExchange exchange) throws IOException {
    if (!watchers.reserve()) {
      exchange.getResponseHeaders().set("Retry-After", "10");
      refuse(exchange, 503, "watchers: " + Watchers.MOST + " already (expected: fewer)");
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      ticker.execute(() -> join(exchange));
    } catch (IOException | RejectedExecutionException e) {
      watchers.release();
      exchange.close();
    }
  }

  /** On the ticker's thread, so that nothing falls between a watcher's greeting and its first news. */
  private void join(HttpExchange exchange) {
    try {
      greet(exchange);
    } catch (RuntimeException e) {
      watchers.release();
      exchange.close();
      throw e;
    }
  }

  private void greet(HttpExchange exchange) {
    LiveHistory.Snapshot news;
    LiveHistory.Snapshot all;
    synchronized (history) {
      news = history.since(sent, true);
      all = history.snapshot();
    }
    if (watchers.count() > 0 && !news.empty()) {
      watchers.send(message("news", LiveJson.news(news)));
    }
    sent = all.cursor();
    watchers.start(exchange, message("hello", LiveJson.hello(history.run(), all)));
  }

  private void tickSafely() {
    try {
      tick();
    } catch (RuntimeException e) { // one bad message must not end the page
      LOG.log(System.Logger.Level.WARNING, "live page: message=skipped", e);
    }
  }

  private void tick() {
    if (watchers.count() == 0) {
      return;
    }
    rowsTurn = !rowsTurn;
    LiveHistory.Snapshot news = history.since(sent, rowsTurn);
    sent = news.cursor();
    if (!news.empty()) {
      watchers.send(message("news", LiveJson.news(news)));
      quietTicks = 0;
    } else if (++quietTicks >= BEAT_TICKS) {
      watchers.send(message("beat", "{}"));
      quietTicks = 0;
    }
  }

  private static byte[] message(String event, String json) {
    return ("event: " + event + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static HttpHandler guarded(HttpHandler inner) {
    return exchange -> {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Security-Policy", POLICY);
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("Cache-Control", "no-store");
      if (!HOSTS.contains(host(exchange.getRequestHeaders()))) {
        refuse(exchange, 421, "host (expected: localhost, 127.0.0.1 or [::1])");
      } else if ("cross-site".equals(exchange.getRequestHeaders().getFirst("Sec-Fetch-Site"))
          && !exchange.getHttpContext().getPath().equals("/")) {
        refuse(exchange, 403, "site (expected: this page's own)");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        headers.set("Allow", "GET");
        refuse(exchange, 405, "method (expected: GET)");
      } else {
        inner.handle(exchange);
      }
    };
  }

  private static String host(Headers headers) {
    String host = headers.getFirst("Host");
    return host == null ? "" : host.replaceFirst(":[0-9]{1,5}$", "");
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    byte[] body = (why + "\n").getBytes(StandardCharsets.UTF_8);
    answer(exchange, status, "text/plain; charset=utf-8", body);
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static Thread tickerThread(Runnable work) {
    Thread thread = new Thread(work, "sinew-live");
    thread.setDaemon(true);
    return thread;
  }
}
