// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinew.consul.server.ConsulAgent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Stands between a client and its agent, and tells the truth or not. */
final class LyingProxy implements AutoCloseable {
  /** What it does to each answer. */
  enum Lie {
    NONE,
    EMPTIED,
    HALVED,
    ALL_FAILING,
    DEAD_ADDRESSES,
    GARBLED,
    INDEX_BACKWARDS,
    DRIPPING
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern BLOCKING = Pattern.compile("&index=(\\d+)&wait=\\d+m?s");
  private static final Pattern FILTER = Pattern.compile("&filter=[^&]*");
  private static final int LONGEST_WAIT_SECONDS = 15;

  private final ConsulAgent agent;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger lies = new AtomicInteger();
  private volatile Lie lie = Lie.NONE;
  private volatile boolean closed;

  LyingProxy(ConsulAgent agent) throws IOException {
    this.agent = agent;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /** {@code host:port} for clients. */
  String authority() {
    return "127.0.0.1:" + http.getAddress().getPort();
  }

  /** From now on; a query that waits is answered within a second. */
  void tell(Lie newLie) {
    lie = newLie;
  }

  /** How many answers were not true. */
  int lies() {
    return lies.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      Matcher blocking = BLOCKING.matcher(path);
      String asked = blocking.find() ? blocking.group(1) : "";
      String plain = blocking.replaceAll("");
      HttpResponse<String> truth = agent.api().get(plain);
      for (int s = 0;
          s < LONGEST_WAIT_SECONDS && lie == Lie.NONE && index(truth).equals(asked);
          s++) {
        truth = agent.api().get(plain + "&index=" + asked + "&wait=1s");
      }
      answer(exchange, plain, truth);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, String path, HttpResponse<String> truth)
      throws IOException, InterruptedException {
    Lie told = lie;
    int number = told == Lie.NONE ? 0 : lies.incrementAndGet();
    long index = Long.parseLong(index(truth));
    // A liar always has news, except one that counts backwards.
    index = told == Lie.INDEX_BACKWARDS ? Math.max(1, 1_000_000 - number) : index + number;
    exchange.getResponseHeaders().set("X-Consul-Index", Long.toString(index));
    exchange.getResponseHeaders().set("X-Consul-KnownLeader", "true");
    byte[] body = changed(told, path, truth.body()).getBytes(UTF_8);
    exchange.sendResponseHeaders(truth.statusCode(), body.length);
    if (told == Lie.DRIPPING) {
      drip(exchange, body);
    } else {
      exchange.getResponseBody().write(body);
    }
  }

  private void drip(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    for (int i = 0; i < body.length && lie == Lie.DRIPPING && !closed; i++) {
      exchange.getResponseBody().write(body[i]);
      exchange.getResponseBody().flush();
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private String changed(Lie told, String path, String truth)
      throws IOException, InterruptedException {
    return switch (told) {
      case ALL_FAILING -> {
        boolean ofFailing = path.contains("filter=Checks");
        String all =
            ofFailing ? agent.api().get(FILTER.matcher(path).replaceAll("")).body() : truth;
        yield ofFailing ? all.replace("\"passing\"", "\"critical\"") : all;
      }
      case NONE, INDEX_BACKWARDS, DRIPPING -> truth;
      case EMPTIED -> "[]";
      case GARBLED -> truth.substring(0, truth.length() / 2) + "}]<html>";
      case HALVED -> {
        ArrayNode half = JSON.createArrayNode();
        JsonNode all = JSON.readTree(truth);
        for (int i = 0; i < all.size() / 2; i++) {
          half.add(all.get(i));
        }
        yield half.toString();
      }
      case DEAD_ADDRESSES -> {
        JsonNode all = JSON.readTree(truth);
        for (int i = 0; i < all.size(); i++) {
          // Nobody listens on the lowest ports.
          ObjectNode service = (ObjectNode) all.get(i).get("Service");
          service.put("ID", "ghost-" + i).put("Address", "127.0.0.1").put("Port", i + 1);
        }
        yield all.toString();
      }
    };
  }

  private static String index(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Consul-Index").orElse("0");
  }

  @Override
  public void close() {
    closed = true;
    http.stop(0);
    threads.shutdownNow();
  }
}
