// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Stands between a client and a Prometheus, real or imagined, and tells the truth or not. */
public final class LyingProxy implements AutoCloseable {
  /** The answer to a query, as a Prometheus gives it. */
  public interface Truth {
    /** To a query in PromQL. */
    String tell(String query) throws IOException, InterruptedException;
  }

  /** Where redirections lead to; nobody shall go there. */
  static final String ELSEWHERE = "/elsewhere";

  private static final String VALUE = "\"value\":\\[([0-9.]+),\"([^\"]*)\"\\]";
  private static final String SERIES = "{\"metric\":{\"replica\":\"s\"},\"value\":[1,\"1\"]}";

  final List<String> requests = new CopyOnWriteArrayList<>();
  private final Truth truth;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger lies = new AtomicInteger();
  private volatile @Nullable Lie lie;
  private volatile String retryAfter = "";

  /** Serves at once. */
  public LyingProxy(Truth truth) throws IOException {
    this.truth = truth;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /** Its address. */
  public String address() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** From now on; null is the truth. */
  public void tell(@Nullable Lie newLie) {
    lie = newLie;
  }

  /** Answers to be told with a header. */
  void retryAfter(String seconds) {
    retryAfter = seconds;
  }

  /** How many answers were not true. */
  int lies() {
    return lies.get();
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Lie told = lie;
      requests.add(exchange.getRequestURI().getPath());
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String answer = truth.tell(query.substring(query.indexOf('=') + 1));
      if (told == null) {
        send(exchange, 200, answer.getBytes(UTF_8));
        return;
      }
      lies.incrementAndGet();
      lie(exchange, told, answer, query.contains("timestamp("));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lie(HttpExchange exchange, Lie told, String answer, boolean times)
      throws IOException, InterruptedException {
    switch (told) {
      case HUNG -> closed.await(60, TimeUnit.SECONDS);
      case DRIPPING -> drip(exchange, answer.getBytes(UTF_8));
      case NOT_UTF_8 ->
        send(
            exchange,
            200,
            answer.replace("success\"", "success\",\"\u00e9\":\"\"").getBytes(ISO_8859_1));
      case CUT_OFF ->
        send(exchange, 200, answer.substring(0, answer.length() * 2 / 3).getBytes(UTF_8));
      case BROKEN_OFF -> {
        exchange.sendResponseHeaders(200, answer.length() + 10L);
        exchange.getResponseBody().write(answer.getBytes(UTF_8));
        exchange.getResponseBody().flush();
      }
      case CLOSED -> exchange.close();
      case GZIP_BOMB -> {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        send(exchange, 200, bomb());
      }
      case REDIRECT -> {
        exchange.getResponseHeaders().set("Location", ELSEWHERE);
        send(exchange, 302, new byte[0]);
      }
      default -> {
        if (told.status != 200) {
          status(exchange, told.status);
        } else {
          send(exchange, 200, changed(told, answer, times).getBytes(UTF_8));
        }
      }
    }
  }

  private void status(HttpExchange exchange, int status) throws IOException {
    if (!retryAfter.isEmpty()) {
      exchange.getResponseHeaders().set("Retry-After", retryAfter);
    }
    // What the client showed is not to be seen in what it says of the answer.
    String echo = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    send(
        exchange,
        status,
        ("{\"status\":\"error\",\"errorType\":\"x\",\"error\":\"you said " + echo + "\"}")
            .getBytes(UTF_8));
  }

  private static String changed(Lie told, String answer, boolean times) {
    String vector = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[";
    return switch (told) {
      case EMPTY -> times ? answer : vector + "]}}";
      case NAN -> times ? answer : valued(answer, "NaN");
      case PLUS_INFINITE -> times ? answer : valued(answer, "+Inf");
      case MINUS_INFINITE -> times ? answer : valued(answer, "-Inf");
      case NEGATIVE -> times ? answer : valued(answer, "-1");
      case ABSURD -> times ? answer : valued(answer, "1e308");
      case DUPLICATE -> times ? answer : answer.replaceFirst("\\[(\\{.*\\})\\]", "[$1,$1]");
      case UNLABELLED ->
        times ? answer : answer.replaceFirst("\\[\\{", "[{\"metric\":{},\"value\":[1,\"1\"]},{");
      case STALE ->
        times ? answer.replaceAll(VALUE, "\"value\":[2000000000,\"1999998800\"]") : answer;
      case FUTURE ->
        times ? answer.replaceAll(VALUE, "\"value\":[2000000000,\"2000000001\"]") : answer;
      case GONE -> times ? vector + "]}}" : answer;
      case HUGE -> answer + " ".repeat(5 * 1024 * 1024);
      case MANY_SERIES -> vector + (SERIES + ",").repeat(20_000) + SERIES + "]}}";
      case HTML -> "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>";
      case OTHER_JSON -> "{\"ok\":true,\"value\":20}";
      case FAILED -> "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"boom\"}";
      case MATRIX ->
        answer.replace("vector", "matrix").replaceAll(VALUE, "\"values\":[[$1,\"$2\"]]");
      case STRING ->
        "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"20\"]}}";
      case HISTOGRAM -> answer.replaceAll(VALUE, "\"histogram\":[$1,{\"count\":\"1\"}]");
      case PARTIAL -> answer.replaceFirst("\\{", "{\"warnings\":[\"store: connection refused\"],");
      default -> throw new IllegalArgumentException(told.toString());
    };
  }

  private static String valued(String answer, String value) {
    return answer.replaceAll(VALUE, "\"value\":[$1,\"" + value + "\"]");
  }

  private void drip(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, body.length);
    for (int i = 0; i < body.length; i++) {
      exchange.getResponseBody().write(body[i]);
      exchange.getResponseBody().flush();
      if (closed.await(50, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      byte[] spaces = new byte[1024 * 1024];
      for (int i = 0; i < 64; i++) {
        gzip.write(spaces);
      }
    }
    return bytes.toByteArray();
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean none = body.length == 0 || status == 204;
    exchange.sendResponseHeaders(status, none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
  }
}
