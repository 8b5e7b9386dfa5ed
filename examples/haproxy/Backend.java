// SPDX-License-Identifier: Apache-2.0
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * A small HTTP server that knows nothing of HAProxy or Sinew: {@code PORT=8081 java Backend.java}.
 *
 * <p>It works on four requests at a time, each for 20 ms, so it bears about 200 a second, and answers with
 * its port. On SIGTERM it finishes what it has.
 */
final class Backend {
  private static final int WORKERS = 4;
  private static final int WORK_MILLIS = 20;
  private static final int GRACE_SECONDS = 2;

  private Backend() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8081"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
    server.setExecutor(Executors.newFixedThreadPool(WORKERS));
    server.createContext("/", exchange -> answer(exchange, WORK_MILLIS, port + "\n"));
    server.createContext("/health", exchange -> answer(exchange, 0, "well\n"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(GRACE_SECONDS)));
    server.start();
    System.out.println(port + " serves");
  }

  private static void answer(HttpExchange exchange, int millis, String text) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      Thread.sleep(millis);
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
