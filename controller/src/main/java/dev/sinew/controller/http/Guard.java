// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one gate before everything that is served: name, origin, method, rate, size and token of a request
 * are judged here, and the fields that protect an answer are set.
 *
 * <p>Past a bound a client is told which: 400, 401 (registry: 403), 403, 405, 413, 414, 415, 421 or 429
 * with Retry-After. Bounds of one client address: 100 requests a second (200 in a row) for pages and
 * API; 2 000 a second for the registry, which the replicas of this machine itself need not keep to;
 * 64 at the same time.
 */
public final class Guard {
  private static final System.Logger LOG = System.getLogger(Guard.class.getName());

  /** What a page may do: load and ask for what is this server's own. */
  public static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The largest body of a request, in bytes. */
  public static final int LARGEST_BODY = 64 * 1024;

  private static final int LONGEST_URI = 8192;
  private static final double WRONG_TOKEN = 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Access access;
  private final Sessions sessions = new Sessions();
  private final HttpHandler stranger;
  private final Set<String> paths = new ConcurrentSkipListSet<>();
  private final ClientBounds people = new ClientBounds(100, 200, 64);
  private final ClientBounds machines = new ClientBounds(2000, 4000, 64);

  /**
   * Makes a gate.
   *
   * @param stranger answers a request for a page that shows no token
   */
  public Guard(Access access, HttpHandler stranger) {
    this.access = access;
    this.stranger = stranger;
  }

  /** A gate that has no page to ask for a token. */
  public Guard(Access access) {
    this(access, exchange -> Replies.text(exchange, 401, "token: missing or wrong"));
  }

  /** A gate for this machine alone, without a token. */
  public static Guard loopback() {
    return new Guard(Access.loopback());
  }

  /** Serves a path, and what is below it, behind this gate. */
  public void serve(HttpServer server, String path, Area area, HttpHandler handler) {
    paths.add(path);
    server.createContext(path, exchange -> guarded(exchange, area, handler));
  }

  /** What has been served behind it. */
  public Set<String> paths() {
    return Set.copyOf(paths);
  }

  /** Whether a request may see what only holders of the token may. */
  public boolean admits(HttpExchange exchange) {
    return access.admits(exchange.getRequestHeaders())
        || sessions.admits(exchange.getRequestHeaders(), port(exchange), System.nanoTime());
  }

  /** Opens a session for whoever knows the token and sets its cookie; false if this is not it. */
  public boolean login(HttpExchange exchange, String token) {
    if (!access.admits(token)) {
      wrong(exchange);
      return false;
    }
    String cookie = sessions.open(port(exchange), System.nanoTime());
    exchange.getResponseHeaders().add("Set-Cookie", cookie);
    return true;
  }

  /**
   * The whole body of a request, or null if it was too large and has been answered with 413.
   *
   * @throws IOException if the client does not finish it
   */
  public static byte @org.jspecify.annotations.Nullable [] body(HttpExchange exchange, Area area)
      throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length <= LARGEST_BODY) {
      return body;
    }
    refuse(exchange, area, 413, "the body is too large (limit: 64 KiB)");
    return null;
  }

  /** Says no in the area's own manner. */
  public static void refuse(HttpExchange exchange, Area area, int status, String why) {
    if (area == Area.API || area == Area.LOGIN) {
      Replies.json(exchange, status, JSON.writeValueAsBytes(java.util.Map.of("error", why)));
    } else if (area.registry()) {
      Replies.send(
          exchange, status, "text/plain; charset=utf-8", why.getBytes(StandardCharsets.UTF_8));
    } else {
      Replies.text(exchange, status, why);
    }
  }

  private void guarded(HttpExchange exchange, Area area, HttpHandler handler) throws IOException {
    protect(exchange.getResponseHeaders());
    InetAddress client = exchange.getRemoteAddress().getAddress();
    boolean free = area.registry() && client.isLoopbackAddress();
    ClientBounds bounds = area.registry() ? machines : people;
    int wait = free ? 0 : bounds.enter(client, System.nanoTime());
    if (wait > 0) {
      exchange.getResponseHeaders().set("Retry-After", Integer.toString(wait));
      refuse(
          exchange,
          area,
          429,
          "requests: too many from " + client.getHostAddress() + " (expected: a pause of " + wait
              + " s)");
      return;
    }
    try {
      if (passes(exchange, area)) {
        handler.handle(exchange);
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "http state=failed area=" + area, e);
      refuse(exchange, area, 500, "internal error");
    } finally {
      if (!free) {
        bounds.leave(client);
      }
    }
  }

  private boolean passes(HttpExchange exchange, Area area) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    if (exchange.getRequestURI().toString().length() > LONGEST_URI) {
      refuse(exchange, area, 414, "address: too long (expected: up to 8192 characters)");
    } else if (exchange.getRequestURI().isAbsolute()) {
      refuse(exchange, area, 400, "address: absolute (expected: a path)");
    } else if (!known(exchange, area)) {
      refuse(
          exchange, area, 421, "host: unknown (expected: localhost or a name in controller.hosts)");
    } else if (foreign(headers, area)) {
      refuse(exchange, area, 403, "site: another one's page (expected: this server's own)");
    } else if (!area.methods().isEmpty() && !area.methods().contains(method(exchange))) {
      exchange.getResponseHeaders().set("Allow", String.join(", ", area.methods()));
      refuse(
          exchange,
          area,
          405,
          "method: " + method(exchange) + " (expected: "
              + String.join(" or ", area.methods().stream().sorted().toList()) + ")");
    } else if (method(exchange).equals("POST") && !area.registry() && !json(headers)) {
      refuse(exchange, area, 415, "content-type: not JSON (expected: application/json)");
    } else if (area.needsToken() && !admits(exchange)) {
      ask(exchange, area);
    } else {
      return true;
    }
    return false;
  }

  private void ask(HttpExchange exchange, Area area) throws IOException {
    Headers given = exchange.getRequestHeaders();
    boolean guessed = given.containsKey("Authorization") || given.containsKey("X-Consul-Token");
    if (guessed && !area.registry()) {
      wrong(exchange);
    }
    if (area == Area.PAGE) {
      stranger.handle(exchange);
    } else if (area.registry()) {
      refuse(exchange, area, 403, "Permission denied"); // Consul's words
    } else {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      refuse(exchange, area, 401, "token: missing or wrong (expected: Authorization: Bearer …)");
    }
  }

  private void wrong(HttpExchange exchange) {
    InetAddress client = exchange.getRemoteAddress().getAddress();
    people.charge(client, WRONG_TOKEN, System.nanoTime());
  }

  /** Replicas find a registry with a token under many names; no page can send the token for them. */
  private boolean known(HttpExchange exchange, Area area) {
    return (area.registry() && access.hasToken())
        || access.meantForUs(
            exchange.getRequestHeaders(), exchange.getLocalAddress().getAddress());
  }

  /** Browsers say where a request comes from; a link that leads here from elsewhere may be followed. */
  private static boolean foreign(Headers headers, Area area) {
    String site = headers.getFirst("Sec-Fetch-Site");
    if (site != null && area != Area.PAGE && !site.equals("same-origin") && !site.equals("none")) {
      return true;
    }
    String origin = headers.getFirst("Origin");
    return origin != null
        && !origin.equalsIgnoreCase("http://" + headers.getFirst("Host"))
        && !origin.equalsIgnoreCase("https://" + headers.getFirst("Host"));
  }

  private static boolean json(Headers headers) {
    String type = headers.getFirst("Content-Type");
    return type != null
        && type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
  }

  private static String method(HttpExchange exchange) {
    return exchange.getRequestMethod();
  }

  private static int port(HttpExchange exchange) {
    return exchange.getLocalAddress().getPort();
  }

  private static void protect(Headers headers) {
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-store");
  }
}
