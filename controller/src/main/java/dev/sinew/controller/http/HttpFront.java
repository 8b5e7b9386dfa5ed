// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's HTTP server with this program's bounds.
 *
 * <p>Requests are read and answered by up to 512 threads, made when none is idle and ended after 10 s
 * without work. A client that does not finish its request is cut after 10 s, one that does not read
 * its answer likewise, a connection without requests after 30 s. Heads: 64 fields, 32 KiB. Connections:
 * 16 384. The settings hold for all such servers of the JVM, so this class must be loaded before the
 * first one.
 */
public final class HttpFront implements AutoCloseable {
  static final int MOST_THREADS = 512;
  private static final int LEAST_THREADS = 4;
  private static final int MOST_QUEUED = 10_000;
  private static final int BACKLOG = 1024;

  static {
    // The JDK's server writes head and body apart, which Nagle's algorithm delays by 40 ms.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    // Seconds for a whole request, and for an answer including the longest wait of a query.
    setIfAbsent("sun.net.httpserver.maxReqTime", "10");
    setIfAbsent("sun.net.httpserver.maxRspTime", "700");
    setIfAbsent("sun.net.httpserver.idleInterval", "30");
    setIfAbsent("sun.net.httpserver.maxReqHeaders", "64");
    setIfAbsent("sun.net.httpserver.maxReqHeaderSize", "32768");
    // One for each replica of a large fleet on this machine, which beats every few seconds.
    setIfAbsent("sun.net.httpserver.maxIdleConnections", "8192");
    setIfAbsent("jdk.httpserver.maxConnections", "16384");
  }

  private final HttpServer server;
  private final ThreadPoolExecutor workers;

  private HttpFront(HttpServer server, ThreadPoolExecutor workers) {
    this.server = server;
    this.workers = workers;
  }

  /**
   * Listens; nothing is served yet.
   *
   * @param bind where; port 0 chooses a free one
   * @param name of its threads
   * @throws IOException if it cannot listen there
   */
  public static HttpFront open(InetSocketAddress bind, String name) throws IOException {
    HttpServer server = HttpServer.create(bind, BACKLOG);
    ThreadPoolExecutor workers = new ThreadPoolExecutor(
        LEAST_THREADS,
        MOST_THREADS,
        10,
        TimeUnit.SECONDS,
        new IdleFirst(),
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        },
        HttpFront::queue);
    server.setExecutor(workers);
    return new HttpFront(server, workers);
  }

  /** The server below. */
  public HttpServer server() {
    return server;
  }

  /** The threads that read requests and write answers; refuses beyond 10 000 waiting tasks. */
  public ThreadPoolExecutor workers() {
    return workers;
  }

  /** Begins to serve. */
  public void start() {
    server.start();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Whether requests may wait unread because all threads are held. */
  public boolean unheard() {
    return workers.getActiveCount() >= MOST_THREADS || !workers.getQueue().isEmpty();
  }

  /** Stops at once. */
  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  private static void queue(Runnable task, ThreadPoolExecutor workers) {
    if (workers.isShutdown() || workers.getQueue().size() >= MOST_QUEUED) {
      throw new RejectedExecutionException("http workers: all held");
    }
    ((IdleFirst) workers.getQueue()).put(task);
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Takes a task only if a thread waits for one, so that the pool grows before anything queues. */
  private static final class IdleFirst extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }
  }
}
