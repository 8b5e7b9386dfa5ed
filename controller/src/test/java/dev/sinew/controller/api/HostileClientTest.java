// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.api.RawClient.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people try against a server that listens on somebody's machine. */
@Timeout(120)
final class HostileClientTest {
  private static final String ASK = "{\"by\":\"ann\",\"why\":\"release\"}";
  private static final List<String> PAGES = List.of(
      "/",
      "/services/orders",
      "/live",
      "/live/orders",
      "/api/v1/services",
      "/api/v1/controller",
      "/healthz",
      "/readyz",
      "/openapi.json",
      "/page/page.js",
      "/v1/catalog/services");

  @TempDir
  Path folder;

  private final FakeFleet fleet = FakeFleet.of(3);
  private FleetServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server = FleetServer.local(fleet, folder.resolve("registry"));
    port = server.port();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_foreign_host_name_is_misdirected_everywhere() throws IOException {
    for (String path : PAGES) {
      for (String host : List.of("evil.example", "evil.example:" + port, "10.1.2.3")) {
        Reply reply = RawClient.say(
            port, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(reply.status()).as(path + " for " + host).isEqualTo(421);
      }
    }
    assertThat(
            RawClient.say(port, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status())
        .isIn(400, 421);
    assertThat(RawClient.say(
                port,
                "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n"
      })
  void another_sites_page_changes_nothing(String fields) throws IOException {
    for (String path : List.of("/api/v1/pause", "/api/v1/services/orders/pause", "/login")) {
      assertThat(RawClient.post(port, path, fields, ASK).status()).as(path).isEqualTo(403);
    }
    assertThat(RawClient.ask(port, "PUT /v1/agent/service/register", fields, "{\"Name\":\"x\"}")
            .status())
        .isEqualTo(403);
    assertThat(fleet.seen()).isEmpty();
  }

  @Test
  void a_form_of_another_site_changes_nothing() throws IOException {
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "")) {
      String field = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
      assertThat(RawClient.ask(port, "POST /api/v1/pause", field, ASK).status()).isEqualTo(415);
    }
    assertThat(fleet.seen()).isEmpty();
  }

  @Test
  void reading_changes_nothing() throws IOException {
    for (String method : List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "BREW")) {
      for (String path : List.of("/api/v1/pause", "/api/v1/services/orders/resume")) {
        assertThat(RawClient.ask(port, method + " " + path + "?by=x&why=y").status())
            .as(method)
            .isEqualTo(405);
      }
    }
    assertThat(RawClient.ask(port, "GET /login").status()).isEqualTo(405);
    assertThat(fleet.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/../api/ControllerServer.class",
        "/page/%2e%2e/%2e%2e/etc/passwd",
        "/page/..%2fapi%2fopenapi.json",
        "/page//etc/passwd",
        "/page/index.html",
        "/services/../../etc/passwd",
        "/services/%2e%2e",
        "/services/orders/../../x",
        "/services/orders%00",
        "/api/v1/services/..%2f..%2fetc",
        "/api/v1/services/orders/decisions/x",
        "/api/v1/",
        "/api/v2/services",
        "/live/..",
        "/healthz/x",
        "/.git/config"
      })
  void no_path_leads_out(String path) throws IOException {
    Reply reply = RawClient.ask(port, "GET " + path);
    assertThat(reply.status()).isIn(400, 404);
    assertThat(reply.text()).doesNotContain("root:").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/services/orders/decisions?last=0",
        "/api/v1/services/orders/decisions?last=1001",
        "/api/v1/services/orders/decisions?last=-1",
        "/api/v1/services/orders/decisions?last=9999999999999999999",
        "/api/v1/services/orders/decisions?last=NaN",
        "/api/v1/services/orders/decisions?last=5&last=6",
        "/api/v1/services/orders/decisions?first=5",
        "/api/v1/services?x=y",
        "/api/v1/controller?token=s3cret"
      })
  void a_query_that_is_not_understood_is_refused(String path) throws IOException {
    Reply reply = RawClient.ask(port, "GET " + path);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).contains("(expected: ").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"by\":\"ann\"}",
        "{\"by\":\"ann\",\"why\":7}",
        "{\"by\":\"ann\",\"why\":\"  \"}",
        "{\"by\":\"ann\",\"why\":\"a\\nb\"}",
        "{\"by\":\"ann\",\"why\":\"\\u001b[2J\"}",
        "{\"by\":\"ann\",\"why\":\"x\",\"extra\":1}",
        "{\"by\":\"ann\",\"by\":\"ben\",\"why\":\"x\"}"
      })
  void a_body_that_is_not_understood_is_refused(String body) throws IOException {
    Reply reply = RawClient.post(port, "/api/v1/services/orders/pause", "", body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).startsWith("{\"error\":\"").contains("(expected: ");
    assertThat(fleet.seen()).isEmpty();
  }

  @Test
  void nested_and_long_values_are_refused_too() throws IOException {
    String deep = "[".repeat(30_000) + "]".repeat(30_000);
    assertThat(RawClient.post(port, "/api/v1/pause", "", deep).status()).isEqualTo(400);
    String longer = "{\"by\":\"ann\",\"why\":\"" + "x".repeat(1001) + "\"}";
    assertThat(RawClient.post(port, "/api/v1/pause", "", longer).status()).isEqualTo(400);
    assertThat(fleet.seen()).isEmpty();
  }

  @Test
  void past_each_size_there_is_a_clear_error_or_an_end() throws IOException {
    String body = " ".repeat(70_000);
    assertThat(RawClient.post(port, "/api/v1/pause", "", body).status()).isEqualTo(413);
    assertThat(RawClient.post(port, "/login", "", body).status()).isEqualTo(413);
    assertThat(RawClient.ask(port, "PUT /v1/agent/service/register", "", body).status())
        .isEqualTo(413);
    assertThat(RawClient.ask(port, "GET /api/v1/services?" + "x".repeat(9000)).status())
        .isEqualTo(414);
    assertThat(RawClient.ask(port, "GET /" + "x".repeat(2_000_000)).status()).isIn(0, 400, 414);
    String field = "X-Long: " + "x".repeat(40_000) + "\r\n";
    assertThat(RawClient.ask(port, "GET /healthz", field, "").status()).isIn(0, 400, 431);
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      fields.append("X-Many-").append(i).append(": x\r\n");
    }
    assertThat(RawClient.ask(port, "GET /healthz", fields.toString(), "").status())
        .isIn(0, 400, 431);
    assertThat(RawClient.ask(port, "GET /healthz").status()).isEqualTo(200);
  }

  @Test
  void one_client_address_has_a_rate_and_is_told_when_to_come_back() throws IOException {
    int refused = 0;
    Reply last = new Reply("");
    for (int i = 0; i < 1000 && refused == 0; i++) {
      last = RawClient.ask(port, "GET /api/v1/controller");
      refused += last.status() == 429 ? 1 : 0;
    }
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.head()).contains("retry-after: ");
    assertThat(last.body()).contains("(expected: a pause of");
    assertThat(RawClient.ask(port, "GET /v1/catalog/services").status())
        .as("the replicas of this machine go on")
        .isEqualTo(200);
  }

  @Test
  void every_answer_carries_the_fields_that_protect_it() throws IOException {
    for (String path :
        List.of("/healthz", "/api/v1/services", "/services/orders", "/nothing", "/v1/x")) {
      assertThat(RawClient.ask(port, "GET " + path).head())
          .contains("content-security-policy: default-src 'none'")
          .contains("x-content-type-options: nosniff")
          .contains("cache-control: no-store")
          .contains("referrer-policy: no-referrer");
    }
  }

  @Test
  void a_hundred_slow_clients_keep_nobody_from_being_served() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        slow.add(socket);
        String head = "POST /api/v1/pause HTTP/1.1\r\nHost: localhost\r\n";
        String text = i % 2 == 0
            ? head
            : head + "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      }
      long began = System.nanoTime();
      for (int i = 0; i < 50; i++) {
        assertThat(RawClient.ask(port, "GET /v1/catalog/services").status()).isEqualTo(200);
      }
      assertThat(RawClient.ask(port, "GET /healthz").status()).isIn(200, 429);
      assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
      for (Socket socket : slow) {
        assertThat(ended(socket)).as("cut off within its time").isTrue();
      }
      assertThat(fleet.seen()).isEmpty();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  /** Whether the server closes the connection, whatever it says before; false after half a minute. */
  private static boolean ended(Socket socket) {
    try (InputStream in = socket.getInputStream()) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
