// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.controller.api.RawClient.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ControllerServerTest {
  private static final String CANARY = "c4nary-t0ken-7f3a";
  private static final String ASK = "{\"by\":\"ann\",\"why\":\"release\"}";
  private static final String BEARER = "Authorization: Bearer " + CANARY + "\r\n";

  @TempDir
  Path folder;

  @Test
  void before_its_fleet_is_there_the_registry_works_and_the_rest_says_so() throws IOException {
    try (ControllerServer server = ControllerServer.open(settings(null))) {
      int port = server.address().getPort();
      assertThat(RawClient.ask(port, "GET /v1/status/leader").status()).isEqualTo(200);
      assertThat(RawClient.ask(port, "GET /healthz").status()).isEqualTo(200);
      assertThat(RawClient.ask(port, "GET /readyz").status()).isEqualTo(503);
      assertThat(RawClient.ask(port, "GET /api/v1/services").status()).isEqualTo(503);
      assertThat(RawClient.ask(port, "GET /").status()).isEqualTo(200);
    }
  }

  @Test
  void without_a_snapshot_there_is_no_registry() throws IOException {
    try (FleetServer server = FleetServer.of(FakeFleet.of(2))) {
      assertThat(RawClient.ask(server.port(), "GET /v1/catalog/services").status())
          .isEqualTo(404);
    }
  }

  @Test
  void beyond_this_machine_it_needs_a_token() {
    InetSocketAddress anywhere = new InetSocketAddress("0.0.0.0", 0);
    assertThatThrownBy(() ->
            ControllerServer.open(new ControllerServer.Settings(anywhere, null, List.of(), null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reachable from other machines");
  }

  @Test
  void readiness_names_the_service_that_failed() throws IOException {
    FakeFleet fleet = FakeFleet.of(2);
    try (FleetServer server = FleetServer.of(fleet)) {
      assertThat(RawClient.ask(server.port(), "GET /readyz").status()).isEqualTo(200);
      fleet.put(FakeFleet.with(fleet.get("orders-2"), "failed", null, List.of(), 1));
      Reply reply = RawClient.ask(server.port(), "GET /readyz");
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.body()).startsWith("services.orders-2: failed");
    }
  }

  @Test
  void a_fleet_of_one_leads_to_its_page_and_a_larger_one_to_the_overview() throws IOException {
    FakeFleet fleet = FakeFleet.of(1);
    try (FleetServer server = FleetServer.of(fleet)) {
      Reply one = RawClient.ask(server.port(), "GET /");
      assertThat(one.status()).isEqualTo(302);
      assertThat(one.head()).contains("location: /services/orders");
      fleet.put(FakeFleet.service("billing", 2));
      server.play(1);
      assertThat(RawClient.ask(server.port(), "GET /").body()).contains("services-body");
      assertThat(RawClient.ask(server.port(), "GET /services/billing").status()).isEqualTo(200);
      fleet.remove("billing");
      server.play(1);
      assertThat(RawClient.ask(server.port(), "GET /services/billing").status()).isEqualTo(404);
    }
  }

  @Test
  void pausing_and_resuming_reach_the_fleet() throws IOException {
    FakeFleet fleet = FakeFleet.of(2);
    try (FleetServer server = FleetServer.of(fleet)) {
      int port = server.port();
      assertThat(RawClient.post(port, "/api/v1/services/orders/pause", "", ASK).body())
          .isEqualTo("{\"service\":\"orders\",\"held\":true}");
      assertThat(RawClient.ask(port, "GET /api/v1/services/orders").body())
          .contains("\"state\":\"paused\"")
          .contains("\"why\":\"release\"");
      assertThat(RawClient.post(port, "/api/v1/pause", "", ASK).status()).isEqualTo(200);
      assertThat(RawClient.post(port, "/api/v1/resume", "", ASK).status()).isEqualTo(200);
      assertThat(RawClient.post(port, "/api/v1/services/orders/resume", "", ASK).status())
          .isEqualTo(200);
      assertThat(RawClient.post(port, "/api/v1/services/nobody/pause", "", ASK).status())
          .isEqualTo(404);
      fleet.diskFull(true);
      assertThat(RawClient.post(port, "/api/v1/pause", "", ASK).status()).isEqualTo(503);
    }
    assertThat(fleet.seen())
        .containsExactly(
            "pause orders by ann: release",
            "pause null by ann: release",
            "resume null by ann: release",
            "resume orders by ann: release");
  }

  @Test
  void with_a_token_nothing_but_health_is_told_to_strangers() throws IOException {
    try (FleetServer server =
        FleetServer.withToken(FakeFleet.of(2), CANARY, folder.resolve("registry"))) {
      int port = server.port();
      for (String path : List.of("/api/v1/services", "/live", "/live/orders")) {
        Reply stranger = RawClient.ask(port, "GET " + path);
        assertThat(stranger.status()).as(path).isEqualTo(401);
        assertThat(stranger.head()).contains("www-authenticate: bearer");
        assertThat(stranger.text()).doesNotContain("orders-2");
      }
      assertThat(RawClient.ask(port, "GET /v1/catalog/services").status()).isEqualTo(403);
      assertThat(RawClient.ask(port, "GET /").body()).contains("asks for its token");
      assertThat(RawClient.ask(port, "GET /services/orders").status()).isEqualTo(401);
      assertThat(RawClient.post(port, "/api/v1/pause", "", ASK).status()).isEqualTo(401);
      assertThat(RawClient.ask(port, "GET /healthz").status()).isEqualTo(200);
      assertThat(RawClient.ask(port, "GET /api/v1/services", BEARER, "").status())
          .isEqualTo(200);
      assertThat(RawClient.ask(port, "GET /v1/catalog/services", BEARER, "").status())
          .isEqualTo(200);
      assertThat(RawClient.ask(port, "GET /api/v1/services?token=" + CANARY).status())
          .as("never in an address")
          .isEqualTo(401);
      assertThat(server.fleet.seen()).isEmpty();
    }
  }

  @Test
  void a_browser_shows_the_token_once_and_then_a_cookie() throws IOException {
    try (FleetServer server = FleetServer.withToken(FakeFleet.of(2), CANARY, null)) {
      int port = server.port();
      assertThat(RawClient.post(port, "/login", "", "{\"token\":\"guess\"}").status())
          .isEqualTo(401);
      Reply in = RawClient.post(port, "/login", "", "{\"token\":\"" + CANARY + "\"}");
      assertThat(in.status()).isEqualTo(204);
      String cookie = in.text().replaceFirst("(?s).*Set-cookie: ([^;]*);.*", "$1");
      assertThat(cookie).startsWith("sinew-" + port + "=").doesNotContain(CANARY);
      String field = "Cookie: " + cookie + "\r\n";
      assertThat(RawClient.ask(port, "GET /", field, "").status()).isEqualTo(200);
      assertThat(RawClient.ask(port, "GET /api/v1/services", field, "").status())
          .isEqualTo(200);
      assertThat(RawClient.post(port, "/api/v1/pause", field, ASK).status()).isEqualTo(200);
      assertThat(
              RawClient.post(port, "/api/v1/pause", field + "Origin: http://evil.example\r\n", ASK)
                  .status())
          .isEqualTo(403);
    }
  }

  @Test
  void whoever_guesses_tokens_soon_has_to_wait() throws IOException {
    try (FleetServer server = FleetServer.withToken(FakeFleet.of(2), CANARY, null)) {
      int guesses = 0;
      while (RawClient.post(server.port(), "/login", "", "{\"token\":\"x\"}").status() == 401) {
        guesses++;
        assertThat(guesses).isLessThan(100);
      }
      assertThat(
              RawClient.post(server.port(), "/login", "", "{\"token\":\"x\"}").status())
          .isEqualTo(429);
    }
  }

  @Test
  void thousands_of_heart_beats_of_this_machine_are_not_throttled() throws Exception {
    int beats = 4000;
    try (FleetServer server = FleetServer.local(FakeFleet.of(2), folder.resolve("registry"))) {
      HttpClient client =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      String check = "{\"Name\":\"x\",\"Port\":1,\"Checks\":[{\"CheckID\":\"c\",\"TTL\":\"60s\"}]}";
      assertThat(put(client, server, "/v1/agent/service/register", check)).isEqualTo(200);
      long began = System.nanoTime();
      long good = IntStream.range(0, beats)
          .parallel()
          .filter(i -> put(client, server, "/v1/agent/check/pass/c", "") == 200)
          .count();
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf("registry: beats=%d per_second=%.0f%n", beats, beats / seconds);
      assertThat(good).isEqualTo(beats);
    }
  }

  private static int put(HttpClient client, FleetServer server, String path, String body) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
        .PUT(HttpRequest.BodyPublishers.ofString(body))
        .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .orTimeout(20, TimeUnit.SECONDS)
        .join()
        .statusCode();
  }

  @Test
  void the_token_is_in_no_answer_and_no_log() throws IOException {
    List<String> said = new ArrayList<>();
    Handler listener = listener(said);
    Logger root = Logger.getLogger("");
    root.addHandler(listener);
    try (FleetServer server =
        FleetServer.withToken(FakeFleet.of(2), CANARY, folder.resolve("registry"))) {
      for (String fields : List.of("", BEARER, "X-Consul-Token: " + CANARY + "\r\n")) {
        for (String line : List.of(
            "GET /",
            "GET /services/orders",
            "GET /api/v1/services",
            "GET /api/v1/controller",
            "GET /api/v1/services?token=" + CANARY,
            "GET /readyz",
            "GET /openapi.json",
            "GET /nothing/" + CANARY,
            "GET /v1/agent/self",
            "DELETE /api/v1/services",
            "POST /login",
            "PUT /v1/agent/service/register")) {
          said.add(RawClient.ask(server.port(), line, fields, "").text());
        }
        said.add(RawClient.post(server.port(), "/login", fields, "{\"token\":\"" + CANARY + "\"}")
            .text());
        said.add(
            RawClient.post(server.port(), "/api/v1/pause", fields, "{\"token\":\"" + CANARY + "\"}")
                .text());
      }
    } finally {
      root.removeHandler(listener);
    }
    said.add(settings(CANARY).toString());
    assertThat(said).hasSizeGreaterThan(40).noneMatch(text -> text.contains(CANARY));
    assertThat(said).anyMatch(text -> text.contains("page login=granted"));
  }

  private ControllerServer.Settings settings(@org.jspecify.annotations.Nullable String token) {
    return new ControllerServer.Settings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        token,
        List.of(),
        folder.resolve("registry"));
  }

  private static Handler listener(List<String> said) {
    return new Handler() {
      @Override
      public synchronized void publish(LogRecord record) {
        said.add(record.getMessage()
            + java.util.Arrays.toString(record.getParameters())
            + record.getThrown());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
