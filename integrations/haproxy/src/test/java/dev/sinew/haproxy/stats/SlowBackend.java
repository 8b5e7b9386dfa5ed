// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** An HTTP/1.1 server that works on each request for a known time. */
final class SlowBackend implements AutoCloseable {
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final HttpServer server;

  SlowBackend(Duration work) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      var unused = later.schedule(
          () -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return true;
          },
          work.toMillis(),
          TimeUnit.MILLISECONDS);
    });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    later.shutdownNow();
  }
}
