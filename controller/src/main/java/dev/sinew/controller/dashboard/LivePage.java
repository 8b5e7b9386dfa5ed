// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinew.controller.http.Area;
import dev.sinew.controller.http.Guard;
import dev.sinew.controller.http.Replies;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The live page of a run: {@code /} is the page, {@code /page/} its files, {@code /live} its server-sent
 * events. It shows whatever is added to its {@link LiveHistory}, within half a second (replicas: a second).
 *
 * <p>It reads only, and for this machine only: see {@link Guard}. At most 64 watchers, beyond which it
 * answers 503.
 */
public final class LivePage implements AutoCloseable {
  private static final List<String> PATHS = List.of("/", "/page/", "/live");

  private final HttpServer server;
  private final LiveStream stream;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(LivePage::tickerThread);
  private final AtomicBoolean closed = new AtomicBoolean();

  private LivePage(HttpServer server, LiveHistory history) {
    this.server = server;
    this.stream = LiveStream.of(history, ticker, new AtomicInteger(LiveStream.MOST_WATCHERS));
  }

  /** Serves the page of a history at {@code /}, {@code /page/} and {@code /live} of a server. */
  public static LivePage start(HttpServer server, LiveHistory history) {
    LivePage page = new LivePage(server, history);
    Guard guard = Guard.loopback();
    guard.serve(server, "/", Area.PAGE, page::index);
    guard.serve(server, "/page/", Area.OPEN, PageFiles::serve);
    guard.serve(server, "/live", Area.STREAM, page.stream::serve);
    Future<?> unused = page.ticker.scheduleWithFixedDelay(
        page.stream::tick, LiveStream.TICK_MILLIS, LiveStream.TICK_MILLIS, TimeUnit.MILLISECONDS);
    return page;
  }

  /** Stops serving and lets the watchers go; their pages try again until a new one is there. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      PATHS.forEach(server::removeContext);
      ticker.shutdown(); // lets those who were just coming in be let go too
      stream.close();
    }
  }

  int watching() {
    return stream.watching();
  }

  private void index(HttpExchange exchange) {
    if (exchange.getRequestURI().getPath().equals("/")) {
      PageFiles.send(exchange, 200, "index.html");
    } else {
      Replies.text(exchange, 404, "not found");
    }
  }

  private static Thread tickerThread(Runnable work) {
    Thread thread = new Thread(work, "sinew-live");
    thread.setDaemon(true);
    return thread;
  }
}
