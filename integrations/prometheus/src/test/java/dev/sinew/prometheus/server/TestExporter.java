// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A target on loopback that shows a text to be scraped, until it hangs or dies. */
public final class TestExporter implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger scrapes = new AtomicInteger();
  private final Supplier<String> text;
  private volatile boolean hangs;

  /** Serves at once; the text is asked for at each scrape. */
  public TestExporter(Supplier<String> text) throws IOException {
    this.text = text;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/metrics", this::handle);
    http.start();
  }

  /** One whose counters grow by the same at each second of {@link System#nanoTime}. */
  public static TestExporter counting(String counter, double perSecond, String more)
      throws IOException {
    long begun = System.nanoTime();
    return new TestExporter(
        () -> counter + " " + perSecond * (System.nanoTime() - begun) / 1e9 + "\n" + more + "\n");
  }

  /** {@code replica=host:port}, as a configuration names it. */
  public String target(String replica) {
    return replica + "=127.0.0.1:" + http.getAddress().getPort();
  }

  /** From now on no scrape is answered, though all are accepted. */
  public void hang() {
    hangs = true;
  }

  /** Ends {@link #hang}. */
  public void recover() {
    hangs = false;
  }

  /** How many scrapes were answered. */
  public int scrapes() {
    return scrapes.get();
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (hangs) {
        // Prometheus gives up long before.
        closed.await(60, TimeUnit.SECONDS);
        return;
      }
      byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      scrapes.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
