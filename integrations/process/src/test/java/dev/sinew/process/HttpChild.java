// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/**
 * A child for tests: answers {@code /health} with 200, all else with 404, and says when it gets
 * SIGTERM.
 */
final class HttpChild {
  static final String SICK = "sick";
  static final String TERM = "term at ";

  private HttpChild() {}

  public static void main(String[] args) throws IOException {
    int health = List.of(args).contains(SICK) ? 503 : 200;
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", exchange -> {
      boolean asked = exchange.getRequestURI().getPath().equals("/health");
      exchange.sendResponseHeaders(asked ? health : 404, -1);
      exchange.close();
    });
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> System.out.println(TERM + Instant.now())));
    server.start();
    System.out.println(System.getenv(ProcessSpec.REPLICA_ID) + " listens on " + port);
  }
}
