// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinew.consul.http.ConsulTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An agent on loopback that answers what it is told, in order, and then holds every request.
 *
 * <p>It knows no filters until it is told what to answer to a query that has one.
 */
final class ScriptedAgent implements AutoCloseable {
  private static final String DRIP = "drip";

  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> filtered = new CopyOnWriteArrayList<>();
  final List<String> bodies = new CopyOnWriteArrayList<>();
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  final CountDownLatch broken = new CountDownLatch(1);
  private final List<Reply> script = new CopyOnWriteArrayList<>();
  private final List<Reply> filteredScript = new CopyOnWriteArrayList<>();
  private volatile boolean filters;

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
      Map<String, String> headers,
      @Nullable CountDownLatch gate) {
    boolean drips() {
      return body.equals(DRIP);
    }
  }

  ScriptedAgent then(int status, long index, String body) {
    script.add(new Reply(status, index, body, Map.of(), null));
    return this;
  }

  /** The answer to the next query with a filter. */
  ScriptedAgent filtered(int status, long index, String body) {
    filters = true;
    filteredScript.add(new Reply(status, index, body, Map.of(), null));
    return this;
  }

  /** The answer to the next query with a filter, with headers. */
  ScriptedAgent filteredWith(Map<String, String> headers, long index, String body) {
    filters = true;
    filteredScript.add(new Reply(200, index, body, headers, null));
    return this;
  }

  /** The answer to the next query with a filter, once the gate is open. */
  ScriptedAgent filteredAfter(CountDownLatch gate, long index, String body) {
    filters = true;
    filteredScript.add(new Reply(200, index, body, Map.of(), gate));
    return this;
  }

  ScriptedAgent thenRedirect(String location) {
    script.add(new Reply(302, 0, "", Map.of("Location", location), null));
    return this;
  }

  ScriptedAgent thenWith(Map<String, String> headers, long index, String body) {
    script.add(new Reply(200, index, body, headers, null));
    return this;
  }

  /** The head of an answer and then one space every 20 ms. */
  ScriptedAgent thenDrip() {
    script.add(new Reply(200, 1, DRIP, Map.of(), null));
    return this;
  }

  /** An answer without a body that is held until the gate is open. */
  ScriptedAgent thenAfter(CountDownLatch gate, int status) {
    script.add(new Reply(status, 0, "", Map.of(), gate));
    return this;
  }

  ConsulTarget target() {
    return target(this);
  }

  /** A target of several agents. */
  static ConsulTarget target(ScriptedAgent... agents) {
    String authority = Arrays.stream(agents)
        .map(agent -> "127.0.0.1:" + agent.http.getAddress().getPort())
        .collect(Collectors.joining(","));
    return ConsulTarget.parse(
        "consul://" + authority + "/orders?tag=a&dc=b&token-env=TOKEN",
        name -> name.equals("TOKEN") ? "s3cret" : null);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Reply reply;
    String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    synchronized (this) {
      bodies.add(sent);
      String token = exchange.getRequestHeaders().getFirst("X-Consul-Token");
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + token;
      boolean filter = request.contains("filter=");
      (filter ? filtered : requests).add(request);
      List<Reply> from = filter ? filteredScript : script;
      reply = from.isEmpty() ? null : from.remove(0);
      if (filter && !filters) {
        reply = new Reply(400, 0, "?filter is not supported", Map.of(), null);
      }
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
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (reply.drips()) {
      drip(exchange);
      return;
    }
    byte[] body = reply.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (exchange) {
      while (!closed.await(20, TimeUnit.MILLISECONDS)) {
        exchange.getResponseBody().write(' ');
        exchange.getResponseBody().flush();
      }
    } catch (IOException e) {
      broken.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
