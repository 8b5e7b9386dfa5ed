// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An agent on loopback that answers what it is told, in order, and then holds every request. */
final class ScriptedAgent implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Reply> script = new CopyOnWriteArrayList<>();

  ScriptedAgent() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /** One answer; an index of 0 sends none. */
  record Reply(
      int status,
      long index,
      String body,
      String location,
      @Nullable CountDownLatch gate) {}

  ScriptedAgent then(int status, long index, String body) {
    script.add(new Reply(status, index, body, "", null));
    return this;
  }

  ScriptedAgent thenRedirect(String location) {
    script.add(new Reply(302, 0, "", location, null));
    return this;
  }

  /** An answer without a body that is held until the gate is open. */
  ScriptedAgent thenAfter(CountDownLatch gate, int status) {
    script.add(new Reply(status, 0, "", "", gate));
    return this;
  }

  ConsulTarget target() {
    return ConsulTarget.parse(
        "consul://127.0.0.1:" + http.getAddress().getPort() + "/orders?tag=a&dc=b&token-env=TOKEN",
        name -> name.equals("TOKEN") ? "s3cret" : null);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Reply reply;
    synchronized (this) {
      String token = exchange.getRequestHeaders().getFirst("X-Consul-Token");
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + token);
      reply = script.isEmpty() ? null : script.remove(0);
    }
    CountDownLatch gate = reply == null ? closed : reply.gate();
    if (gate != null) {
      hold(gate);
    }
    if (reply == null) {
      exchange.close();
      return;
    }
    if (reply.index() > 0) {
      exchange.getResponseHeaders().set("X-Consul-Index", Long.toString(reply.index()));
    }
    if (!reply.location().isEmpty()) {
      exchange.getResponseHeaders().set("Location", reply.location());
    }
    byte[] body = reply.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void hold(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.shutdownNow();
  }
}
