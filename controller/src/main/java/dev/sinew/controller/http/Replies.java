// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Writes whole answers; a client that has not read one after ten seconds is cut off. */
public final class Replies {
  private static final long LONGEST_SECONDS = 10;
  private static final byte[] NOTHING = {};
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Replies() {}

  /** Answers and ends the exchange; nothing is thrown if the client has gone. */
  public static void send(HttpExchange exchange, int status, String type, byte[] body) {
    Cut cut = new Cut(Thread.currentThread());
    Future<?> timeout = TIMER.schedule(cut::off, LONGEST_SECONDS, TimeUnit.SECONDS);
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
      if (!head && body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    } catch (IOException e) {
      // The client has gone.
    } finally {
      timeout.cancel(false);
      cut.end();
    }
  }

  /** Answers with JSON. */
  public static void json(HttpExchange exchange, int status, byte[] body) {
    send(exchange, status, "application/json", body);
  }

  /** Answers with one line of text. */
  public static void text(HttpExchange exchange, int status, String line) {
    send(
        exchange,
        status,
        "text/plain; charset=utf-8",
        (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with nothing but a status. */
  public static void empty(HttpExchange exchange, int status) {
    send(exchange, status, "text/plain; charset=utf-8", NOTHING);
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "sinew-http-timer");
      thread.setDaemon(true);
      return thread;
    });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** An interrupt, which closes the connection, for a write that does not end. */
  private static final class Cut {
    private final Thread writer;
    private boolean over;

    Cut(Thread writer) {
      this.writer = writer;
    }

    synchronized void off() {
      if (!over) {
        writer.interrupt();
      }
    }

    /** An interrupt that came too late must not meet the thread's next task. */
    synchronized void end() {
      over = true;
      boolean unused = Thread.interrupted();
    }
  }
}
