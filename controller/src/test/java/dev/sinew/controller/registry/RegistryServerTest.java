// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.controller.http.Guard;
import dev.sinew.controller.registry.RegistryContract.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class RegistryServerTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void the_right_token_opens_by_either_header() throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, "s3cret")) {
      assertThat(status(server, "X-Consul-Token", "s3cret")).isEqualTo(200);
      assertThat(status(server, "Authorization", "Bearer s3cret")).isEqualTo(200);
    }
  }

  @Test
  void a_wrong_or_missing_token_is_denied() throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, "s3cret")) {
      assertThat(status(server, "X-Consul-Token", "s3cre")).isEqualTo(403);
      assertThat(status(server, "Authorization", "Basic s3cret")).isEqualTo(403);
      try (Session session = session(server)) {
        HttpResponse<String> answer = session.get(session.health());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("Permission denied");
        assertThat(session.put("/v1/agent/service/register", "{'Name':'x'}").statusCode())
            .isEqualTo(403);
        assertThat(session.get("/v1/status/leader").statusCode()).isEqualTo(200);
      }
      assertThat(server.entries("x")).isEmpty();
    }
  }

  @Test
  void without_a_token_it_serves_only_this_machine() {
    assertThatThrownBy(() -> RegistryServer.start(new InetSocketAddress("0.0.0.0", 0), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("token: none (expected: a token");
  }

  @Test
  void a_name_that_was_pointed_at_this_machine_is_denied() throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null);
        Socket socket = new Socket()) {
      socket.connect(server.address(), 2_000);
      socket.setSoTimeout(2_000);
      OutputStream out = socket.getOutputStream();
      out.write("GET /v1/agent/self HTTP/1.1\r\nHost: evil.example\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 421");
    }
  }

  @Test
  void a_body_over_the_bound_is_refused() throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null);
        Session session = session(server)) {
      String fits = "{'Name':'x','Port':1" + " ".repeat(Guard.LARGEST_BODY - 21) + "}";
      assertThat(fits).hasSize(Guard.LARGEST_BODY);
      assertThat(session.put("/v1/agent/service/register", fits).statusCode()).isEqualTo(200);
      assertThat(session.put("/v1/agent/service/register", fits + " ").statusCode())
          .isEqualTo(413);
    }
  }

  @Test
  void with_more_waiting_queries_than_the_bound_the_oldest_is_answered_and_the_others_go_on()
      throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null, Instant::now, 2);
        Session session = session(server)) {
      session.register("1", "'Port':1", "passing");
      CompletableFuture<HttpResponse<String>> first = session.blocked("20s");
      await(() -> server.waiting() == 1);
      CompletableFuture<HttpResponse<String>> second = session.blocked("20s");
      await(() -> server.waiting() == 2);
      CompletableFuture<HttpResponse<String>> third = session.blocked("20s");
      HttpResponse<String> early = session.within(first, 5);
      assertThat(early.statusCode()).isEqualTo(200);
      assertThat(Session.index(early)).isEqualTo(session.index());
      await(() -> server.waiting() == 2);
      session.put("/v1/agent/check/fail/" + session.check("1"), "");
      assertThat(session.within(second, 5).body()).contains("critical");
      assertThat(session.within(third, 5).body()).contains("critical");
    }
  }

  @Test
  void unfinished_requests_do_not_keep_the_others_waiting() throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null);
        Unfinished unfinished = new Unfinished(server.address(), 400);
        Session session = session(server)) {
      long began = System.nanoTime();
      session.register("1", "'Port':1", "passing");
      assertThat(session.statuses()).isNotEmpty().containsOnly("passing");
      assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
      assertThat(unfinished.sockets).noneMatch(Socket::isClosed);
    }
  }

  @Test
  void while_unfinished_requests_hold_every_thread_no_ttl_runs_out() throws Exception {
    AtomicLong millis = new AtomicLong(1_000_000);
    AtomicLong reads = new AtomicLong();
    InstantSource clock = () -> {
      reads.incrementAndGet();
      return Instant.ofEpochMilli(millis.get());
    };
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null, clock, 10);
        Session session = session(server)) {
      session.register("1", "'Port':1", "passing", "900ms");
      try (Unfinished unfinished = new Unfinished(server.address(), 600)) {
        await(server::unheard);
        for (int i = 0; i < 5; i++) {
          long before = reads.get();
          millis.addAndGet(600);
          await(() -> reads.get() >= before + 2);
        }
        assertThat(server.entries(session.name()).get(0).passing()).isTrue();
        assertThat(unfinished.sockets).noneMatch(Socket::isClosed);
      }
      await(() -> !server.unheard());
      millis.addAndGet(900);
      await(() -> !server.entries(session.name()).get(0).passing());
    }
  }

  @Test
  void waiting_queries_hold_no_thread() throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null);
        Session session = session(server)) {
      session.register("1", "'Port':1", "passing");
      List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        waiting.add(session.blocked("20s"));
      }
      session.put("/v1/agent/check/fail/" + session.check("1"), "");
      waiting.forEach(answer -> assertThat(session.within(answer, 5).body()).contains("critical"));
    }
  }

  @Test
  void a_ttl_runs_out_by_the_given_clock_only() throws Exception {
    AtomicLong millis = new AtomicLong(1_000_000);
    try (RegistryServer server =
            RegistryServer.start(ANY_PORT, null, () -> Instant.ofEpochMilli(millis.get()), 10);
        Session session = session(server)) {
      session.register("1", "'Port':1", "passing", "900ms");
      CompletableFuture<HttpResponse<String>> waiting = session.blocked("20s");
      millis.addAndGet(900);
      assertThat(session.within(waiting, 5).body()).contains("TTL expired");
      assertThat(server.entries(session.name()).get(0).passing()).isFalse();
    }
  }

  @Test
  void an_old_index_wakes_at_once_after_a_restart() throws Exception {
    long old;
    InetSocketAddress address;
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null);
        Session session = session(server)) {
      session.register("1", "'Port':1", "passing");
      old = session.index();
      address = server.address();
    }
    try (RegistryServer server = RegistryServer.start(address, null);
        Session session = session(server)) {
      long began = System.nanoTime();
      assertThat(session.get(session.health() + "?wait=20s&index=" + old).statusCode())
          .isEqualTo(200);
      assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }
  }

  @Test
  void close_is_prompt_with_queries_waiting() throws Exception {
    RegistryServer server = RegistryServer.start(ANY_PORT, null);
    Session session = session(server);
    session.register("1", "'Port':1", "passing");
    CompletableFuture<HttpResponse<String>> waiting = session.blocked("20s");
    long began = System.nanoTime();
    server.close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(2));
    assertThatThrownBy(() -> session.within(waiting, 5)).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void the_entries_are_in_the_order_of_their_ids() throws Exception {
    try (RegistryServer server = RegistryServer.start(ANY_PORT, null);
        Session session = session(server)) {
      session.register("2", "'Port':2", "passing");
      session.register("1", "'Port':1", "");
      assertThat(server.entries(session.name()))
          .extracting(RegistryEntry::port, RegistryEntry::passing)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(1, false),
              org.assertj.core.groups.Tuple.tuple(2, true));
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  /** Connections that begin a request and do not go on: half within the head, half in the body. */
  private static final class Unfinished implements AutoCloseable {
    final List<Socket> sockets = new ArrayList<>();

    Unfinished(InetSocketAddress to, int count) throws IOException {
      for (int i = 0; i < count; i++) {
        Socket socket = new Socket(to.getAddress(), to.getPort());
        sockets.add(socket);
        String head = "PUT /v1/agent/service/register HTTP/1.1\r\nHost: localhost\r\n";
        String text = i % 2 == 0 ? head : head + "Content-Length: 99\r\n\r\n{";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      }
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static Session session(RegistryServer server) {
    return new RegistryContract(uri(server)).session();
  }

  private static URI uri(RegistryServer server) {
    return URI.create("http://127.0.0.1:" + server.address().getPort());
  }

  private static int status(RegistryServer server, String header, String value) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri(server).resolve("/v1/agent/self"))
        .header(header, value)
        .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }
}
