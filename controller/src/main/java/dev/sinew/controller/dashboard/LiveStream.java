// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import com.sun.net.httpserver.HttpExchange;
import dev.sinew.controller.http.Replies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events for those who watch one thing: each is greeted with everything and then told what is
 * new, or after five quiet seconds that all is well. Messages are made once for all watchers, and not at
 * all while nobody watches.
 */
public final class LiveStream implements AutoCloseable {
  /** How many may watch all streams of a page together. */
  public static final int MOST_WATCHERS = 64;

  /** How often {@link #tick} is to be called. */
  public static final long TICK_MILLIS = 500;

  private static final System.Logger LOG = System.getLogger(LiveStream.class.getName());
  private static final int BEAT_TICKS = 10;

  private final Source source;
  private final Executor ticker;
  private final Watchers watchers;
  private int quietTicks; // the ticker's

  /**
   * A stream that nobody watches yet.
   *
   * @param ticker one thread, on which {@link #tick} is called too and the source is asked
   * @param places how many more may watch, shared by streams
   */
  public LiveStream(Source source, Executor ticker, AtomicInteger places) {
    this.source = source;
    this.ticker = ticker;
    this.watchers = new Watchers(places);
  }

  /** The stream of a history. */
  public static LiveStream of(LiveHistory history, Executor ticker, AtomicInteger places) {
    return new LiveStream(new HistoryFeed(history), ticker, places);
  }

  /** Answers a request with the stream; 503 if too many watch already. Returns at once. */
  public void serve(HttpExchange exchange) {
    if (!watchers.reserve()) {
      exchange.getResponseHeaders().set("Retry-After", "10");
      Replies.text(exchange, 503, "watchers: " + MOST_WATCHERS + " already (expected: fewer)");
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

  /** Tells what is new, on the ticker's thread. A failure is logged. */
  public void tick() {
    if (watchers.count() == 0) {
      return;
    }
    try {
      String news = source.news();
      if (news != null) {
        watchers.send(message("news", news));
        quietTicks = 0;
      } else if (++quietTicks >= BEAT_TICKS) {
        watchers.send(message("beat", "{}"));
        quietTicks = 0;
      }
    } catch (RuntimeException e) { // one bad message must not end the page
      LOG.log(System.Logger.Level.WARNING, "live page: message=skipped", e);
    }
  }

  /** Lets all watchers go. */
  @Override
  public void close() {
    watchers.close();
  }

  /** How many watch. */
  int watching() {
    return watchers.count();
  }

  /** On the ticker's thread, so that nothing falls between a watcher's greeting and its first news. */
  private void join(HttpExchange exchange) {
    try {
      Greeting greeting = source.greet(watchers.count() > 0);
      if (greeting.news() != null) {
        watchers.send(message("news", greeting.news()));
      }
      watchers.start(exchange, message("hello", greeting.hello()));
    } catch (RuntimeException e) {
      watchers.release();
      exchange.close();
      LOG.log(System.Logger.Level.WARNING, "live page: watcher=refused", e);
    }
  }

  private static byte[] message(String event, String json) {
    return ("event: " + event + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** What is watched, as JSON on one line; asked by one thread. */
  public interface Source {
    /**
     * Everything, for one who knows nothing.
     *
     * @param others whether others watch, who must be told up to the same moment
     */
    Greeting greet(boolean others);

    /** What is new since the last word, or null. */
    @Nullable String news();
  }

  /** Everything for a new watcher, and what is new for the others, if there are any. */
  public record Greeting(@Nullable String news, String hello) {}
}
