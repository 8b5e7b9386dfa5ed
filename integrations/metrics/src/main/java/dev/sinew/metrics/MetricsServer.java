// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An HTTP server for {@code GET /metrics} and nothing else.
 *
 * <p>Bounds: two threads, eight connections that wait for one; a client that does not finish its request
 * within 30 s is cut. Its threads do not keep the JVM alive.
 */
final class MetricsServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(MetricsServer.class.getName());
  private static final String PATH = "/metrics";
  private static final int THREADS = 2;
  private static final int MOST_QUEUED = 8;
  private static final Pattern LOOPBACK = Pattern.compile(
      "(localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1])(:[0-9]{1,5})?");

  static {
    // For all servers of this kind in the JVM, unless somebody set them: head and body are written
    // apart, which Nagle's algorithm would delay by 40 ms; and a silent client would hold a thread.
    for (String setting : new String[] {"nodelay=true", "maxReqTime=30"}) {
      String[] pair = setting.split("=", 2);
      if (System.getProperty("sun.net.httpserver." + pair[0]) == null) {
        System.setProperty("sun.net.httpserver." + pair[0], pair[1]);
      }
    }
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Exposition exposition;
  private final boolean loopback;

  private MetricsServer(HttpServer server, PrometheusRegistry registry) {
    this.server = server;
    this.exposition = new Exposition(registry);
    this.loopback = server.getAddress().getAddress().isLoopbackAddress();
    threads = new ThreadPoolExecutor(
        THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_QUEUED), task -> {
          Thread thread = new Thread(task, "sinew-metrics");
          thread.setDaemon(true);
          return thread;
        });
    threads.allowCoreThreadTimeOut(true);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  static MetricsServer start(InetSocketAddress address, PrometheusRegistry registry)
      throws IOException {
    MetricsServer metrics = new MetricsServer(HttpServer.create(address, MOST_QUEUED), registry);
    // The server's own thread is as its maker: a daemon makes a daemon.
    Thread starter = new Thread(metrics.server::start, "sinew-metrics-start");
    starter.setDaemon(true);
    starter.start();
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.log(Level.INFO, "metrics address={0} state=serving", metrics.address());
    return metrics;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Headers asked = exchange.getRequestHeaders();
    String host = String.valueOf(asked.getFirst("Host")).toLowerCase(Locale.ROOT);
    if (loopback && !LOOPBACK.matcher(host).matches()) {
      // A page whose name was pointed here by somebody else.
      refuse(exchange, 421, "host: unknown (expected: localhost)");
    } else if (!exchange.getRequestURI().getPath().equals(PATH)) {
      refuse(exchange, 404, "address: unknown (expected: /metrics)");
    } else if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET");
      refuse(exchange, 405, "method: unknown (expected: GET)");
    } else {
      scrape(exchange, asked);
    }
  }

  private void scrape(HttpExchange exchange, Headers asked) throws IOException {
    Exposition.Answer answer;
    try {
      answer = exposition.answer(asked.getFirst("Accept"), asked.getFirst("Accept-Encoding"));
    } catch (RuntimeException e) {
      // The registry is the application's, and so are most of its metrics.
      LOG.log(Level.WARNING, "metrics scrape=failed", e);
      refuse(exchange, 500, "metrics: cannot be collected (the log says why)");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    if (answer.gzip()) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    send(exchange, 200, answer.body());
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    send(exchange, status, (why + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
