// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.ConsulEndpointSinkProvider;
import dev.sinew.consul.ConsulEndpointSource;
import dev.sinew.consul.ConsulEndpointSourceProvider;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.Health;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replicas announce themselves and clients find them through the embedded registry. */
class RegistryEndToEndTest {
  private static final Endpoint ONE = new Endpoint(
      "orders-1",
      "127.0.0.1",
      7001,
      "a",
      50,
      0,
      Instant.parse("2026-01-01T00:00:00Z"),
      Map.of("v", "1"));
  private static final Endpoint TWO =
      new Endpoint("orders-2", "127.0.0.1", 7002, "b", 200, 1, null, Map.of());

  private final LinkedBlockingQueue<List<Endpoint>> lists = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private RegistryServer server;

  @BeforeEach
  void start() throws Exception {
    server = RegistryServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
    server.close();
  }

  @Test
  void an_endpoint_is_found_as_it_was_announced() throws Exception {
    EndpointSink sink = sink();
    sink.register(ONE);
    sink.register(TWO);
    source();
    awaitList(List.of(ONE, TWO));
  }

  @Test
  void the_first_answer_is_delivered_even_if_it_is_empty() throws Exception {
    source();
    assertThat(lists.poll(5, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void a_change_after_a_quiet_time_is_seen_within_50_ms() throws Exception {
    EndpointSink.Registration registration = sink().register(ONE);
    source();
    awaitList(List.of(ONE));
    long[] nanos = new long[11];
    for (int i = 0; i < nanos.length; i++) {
      await(() -> server.waiting() == 1);
      boolean leaves = i % 2 == 0;
      long began = System.nanoTime();
      registration.health(leaves ? Health.CRITICAL : Health.PASSING);
      awaitList(leaves ? List.of() : List.of(ONE));
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    long medianMillis = TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length / 2]);
    long maxMillis = TimeUnit.NANOSECONDS.toMillis(nanos[nanos.length - 1]);
    System.out.printf("registry: change_seen_ms median=%d max=%d%n", medianMillis, maxMillis);
    // Five times as long, for a machine that is busy.
    assertThat(medianMillis).as("median in ms").isLessThan(250);
  }

  @Test
  void a_replica_in_trouble_may_still_be_chosen() throws Exception {
    EndpointSink.Registration registration = sink().register(ONE);
    source();
    awaitList(List.of(ONE));
    registration.health(Health.WARNING);
    registration.health(Health.CRITICAL);
    awaitList(List.of());
    registration.health(Health.WARNING);
    awaitList(List.of(ONE));
  }

  @Test
  void closing_a_registration_withdraws_only_that_one() throws Exception {
    EndpointSink sink = sink();
    EndpointSink.Registration one = sink.register(ONE);
    sink.register(TWO);
    source();
    awaitList(List.of(ONE, TWO));
    one.close();
    assertThat(server.entries("orders")).extracting(RegistryEntry::id).containsExactly("orders-2");
    awaitList(List.of(TWO));
  }

  @Test
  void closing_a_sink_withdraws_everything() throws Exception {
    EndpointSink sink = sink();
    sink.register(ONE);
    sink.register(TWO);
    source();
    awaitList(List.of(ONE, TWO));
    sink.close();
    assertThat(server.entries("orders")).isEmpty();
  }

  @Test
  void while_the_registry_is_away_the_list_goes_on_and_replicas_come_back_to_it() throws Exception {
    ConsulEndpointSource source = source();
    sink().register(ONE);
    awaitList(List.of(ONE));
    InetSocketAddress address = server.address();
    server.close();
    await(() -> source.stats().errors() > 0);
    assertThat(lists).isEmpty();
    server = RegistryServer.start(address, null);
    sink().register(TWO);
    awaitList(List.of(ONE, TWO));
  }

  @Test
  void a_registry_that_forgot_a_replica_hears_of_it_again() throws Exception {
    sink().register(ONE);
    source();
    awaitList(List.of(ONE));
    long before = server.entries("orders").get(0).createIndex();
    try (RegistryContract.Session session = new RegistryContract.Session(uri(), "orders")) {
      session.put("/v1/agent/service/deregister/" + ONE.id(), "");
    }
    await(() -> server.entries("orders").stream().anyMatch(e -> e.createIndex() > before));
  }

  @Test
  void closing_a_source_is_prompt_and_silences_it() throws Exception {
    ConsulEndpointSource source = source();
    awaitList(List.of());
    long began = System.nanoTime();
    source.close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(1));
    sink().register(ONE);
    await(() -> !server.entries("orders").isEmpty());
    assertThat(lists).isEmpty();
  }

  @Test
  void closing_a_sink_without_a_registry_is_prompt() throws Exception {
    EndpointSink sink = sink();
    server.close();
    sink.register(ONE);
    long began = System.nanoTime();
    sink.close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(2_500));
  }

  private void awaitList(List<Endpoint> expected) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    List<List<Endpoint>> seen = new ArrayList<>();
    while (System.nanoTime() < deadline) {
      List<Endpoint> list = lists.poll(100, TimeUnit.MILLISECONDS);
      if (list != null && list.equals(expected)) {
        return;
      }
      if (list != null) {
        seen.add(list);
      }
    }
    assertThat(seen).as("lists delivered").contains(expected);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.address().getPort());
  }

  private String target() {
    return "consul://127.0.0.1:" + server.address().getPort() + "/orders";
  }

  private ConsulEndpointSource source() {
    ConsulEndpointSource source =
        (ConsulEndpointSource) new ConsulEndpointSourceProvider().open(target());
    open.add(source);
    source.start(lists::add);
    return source;
  }

  private EndpointSink sink() {
    EndpointSink sink = new ConsulEndpointSinkProvider().open(target());
    open.add(sink);
    return sink;
  }
}
