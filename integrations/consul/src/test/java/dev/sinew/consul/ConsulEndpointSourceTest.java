// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.retry.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsulEndpointSourceTest {
  private static final Endpoint ONE = Endpoint.of("10.0.0.1", 1);
  private static final Endpoint TWO = Endpoint.of("10.0.0.2", 2);

  private final ScriptedAgent agent;
  private final ConsulEndpointSource source;
  private final LinkedBlockingQueue<List<Endpoint>> lists = new LinkedBlockingQueue<>();

  ConsulEndpointSourceTest() throws Exception {
    agent = new ScriptedAgent();
    Backoff quick = new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1));
    source = new ConsulEndpointSource(agent.target(), quick, Duration.ofSeconds(3));
  }

  @AfterEach
  void close() {
    source.close();
    agent.close();
  }

  @Test
  void it_asks_at_once_and_then_waits_beyond_the_index() throws Exception {
    agent.then(200, 7, list(ONE)).then(200, 9, list(ONE, TWO));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(ONE, TWO);
    await(() -> agent.requests.size() == 3);
    String path = "GET /v1/health/service/orders?passing&stale&tag=a&dc=b";
    assertThat(agent.requests)
        .containsExactly(
            path + " s3cret", path + "&index=7&wait=15s s3cret", path + "&index=9&wait=15s s3cret");
  }

  @Test
  void an_answer_that_is_none_leaves_the_last_good_list() throws Exception {
    List<String> bad =
        List.of("", "null", "<html>log in</html>", list(ONE).substring(0, 40), "[{}]");
    agent.then(200, 7, list(ONE));
    bad.forEach(body -> agent.then(200, 8, body));
    agent.then(200, 9, list(ONE, TWO));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(ONE, TWO);
    assertThat(source.stats().errors()).isEqualTo(bad.size());
    assertThat(source.stats().queries()).isEqualTo(bad.size() + 2L);
  }

  @Test
  void an_error_begins_again_without_an_index() throws Exception {
    agent.then(200, 7, list(ONE)).then(500, 0, "No cluster leader").then(200, 7, list(TWO));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(TWO);
    assertThat(agent.requests.get(2)).doesNotContain("index");
  }

  @Test
  void an_index_that_falls_begins_again_without_one() throws Exception {
    agent.then(200, 7, list(ONE)).then(200, 3, list(TWO)).then(200, 4, list(ONE, TWO));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(TWO);
    assertThat(next()).containsExactly(ONE, TWO);
    assertThat(agent.requests.get(2)).doesNotContain("index");
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    agent.thenRedirect("/v1/health/service/payments").then(200, 7, list(ONE));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(agent.requests).allMatch(request -> request.contains("/orders?"));
    assertThat(source.stats().errors()).isEqualTo(1);
  }

  @Test
  void a_body_over_the_bound_is_an_error() throws Exception {
    String huge = " ".repeat(dev.sinew.consul.http.ConsulHttp.LARGEST_BODY) + list(TWO);
    agent.then(200, 7, list(ONE)).then(200, 8, huge).then(200, 9, list(ONE, TWO));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(ONE, TWO);
    assertThat(source.stats().errors()).isEqualTo(1);
  }

  @Test
  void a_bad_entry_is_counted() throws Exception {
    agent.then(200, 7, list(ONE).replace("]}]", "]},null]"));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(source.stats().skipped()).isEqualTo(1);
  }

  @Test
  void the_same_list_again_is_delivered_as_a_sign_of_life() throws Exception {
    agent.then(200, 7, list(ONE)).then(200, 8, list(ONE)).then(200, 9, list(TWO));
    source.start(lists::add);
    List<Endpoint> first = next();
    assertThat(first).containsExactly(ONE);
    assertThat(next()).isSameAs(first);
    assertThat(next()).containsExactly(TWO);
  }

  @Test
  void an_empty_list_or_one_of_a_server_without_a_leader_is_not_delivered_again() throws Exception {
    agent
        .then(200, 7, "[]")
        .then(200, 8, "[]")
        .then(200, 9, list(ONE))
        .thenWith(Map.of("X-Consul-KnownLeader", "false"), 10, list(ONE))
        .then(200, 11, list(TWO));
    source.start(lists::add);
    assertThat(next()).isEmpty();
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(TWO);
  }

  @Test
  void a_flood_of_changes_is_asked_for_twenty_times_a_second() throws Exception {
    for (int i = 0; i < 10; i++) {
      agent.then(200, 10 + i, list(i % 2 == 0 ? ONE : TWO));
    }
    long began = System.nanoTime();
    source.start(lists::add);
    await(() -> agent.requests.size() == 11);
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(490));
  }

  @Test
  void a_registry_that_does_not_block_is_asked_again_once_and_then_hardly() throws Exception {
    agent.then(200, 0, list(ONE)).then(200, 0, list(TWO)).then(200, 0, list(ONE));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(TWO);
    assertThat(lists.poll(500, TimeUnit.MILLISECONDS)).isNull();
    assertThat(agent.requests).hasSize(2);
  }

  @Test
  void agents_are_tried_in_turn() throws Exception {
    try (ScriptedAgent other = new ScriptedAgent();
        ConsulEndpointSource both = source(ScriptedAgent.target(agent, other))) {
      agent.then(200, 7, list(ONE)).then(500, 0, "No cluster leader");
      other.then(200, 9, list(TWO)).then(500, 0, "rpc error");
      both.start(lists::add);
      assertThat(next()).containsExactly(ONE);
      assertThat(next()).containsExactly(TWO);
      await(() -> agent.requests.size() == 3);
      assertThat(other.requests.get(0)).doesNotContain("index");
    }
  }

  @Test
  void an_answer_that_drips_ends_at_the_deadline_and_so_does_its_connection() throws Exception {
    agent.then(200, 7, list(ONE)).thenDrip().then(200, 9, list(TWO));
    try (ConsulEndpointSource hasty = new ConsulEndpointSource(
        agent.target(),
        new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1)),
        Duration.ofMillis(300))) {
      hasty.start(lists::add);
      assertThat(next()).containsExactly(ONE);
      assertThat(next()).containsExactly(TWO);
      assertThat(agent.broken.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void trouble_shows_until_it_is_over() throws Exception {
    agent.then(403, 0, "ACL not found");
    CountDownLatch gate = new CountDownLatch(1);
    agent.thenAfter(gate, 500).then(200, 7, list(ONE));
    source.start(lists::add);
    await(() -> source.stats().trouble().contains("the token is refused"));
    gate.countDown();
    assertThat(next()).containsExactly(ONE);
    assertThat(source.stats().trouble()).isEmpty();
  }

  @Test
  void servers_without_a_leader_are_believed_but_their_age_shows() throws Exception {
    Map<String, String> headers =
        Map.of("X-Consul-KnownLeader", "false", "X-Consul-LastContact", "90000");
    agent.thenWith(headers, 7, list(ONE));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(source.stats().staleness()).isGreaterThanOrEqualTo(Duration.ofSeconds(90));
    assertThat(source.stats().trouble()).endsWith("the servers have no leader");
  }

  @Test
  void entries_hidden_by_a_policy_are_an_error_and_no_empty_list() throws Exception {
    agent.then(200, 7, list(ONE));
    agent.thenWith(Map.of("X-Consul-Results-Filtered-By-ACLs", "true"), 8, "[]");
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    await(() -> source.stats().trouble().endsWith("the token may not read the service"));
    assertThat(lists).isEmpty();
  }

  @Test
  void sources_that_come_and_go_leave_no_thread_behind() throws Exception {
    long before = 0;
    for (int round = 0; round < 40; round++) {
      agent.then(200, 7, list(ONE));
      try (ConsulEndpointSource one = source(agent.target())) {
        one.start(lists::add);
        assertThat(next()).containsExactly(ONE);
      }
      before = round == 0 ? threads("SelectorManager") : before;
    }
    await(() -> threads("sinew-consul-source-orders") == 0);
    assertThat(threads("SelectorManager")).isEqualTo(before);
  }

  private static long threads(String ending) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().endsWith(ending))
        .count();
  }

  private static ConsulEndpointSource source(ConsulTarget target) {
    Backoff quick = new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1));
    return new ConsulEndpointSource(target, quick, Duration.ofSeconds(21));
  }

  @Test
  void a_listener_that_throws_does_not_end_it() throws Exception {
    agent.then(200, 7, list(ONE)).then(200, 8, list(TWO));
    source.start(list -> {
      lists.add(list);
      throw new IllegalStateException("listener");
    });
    assertThat(next()).containsExactly(ONE);
    assertThat(next()).containsExactly(TWO);
  }

  @Test
  void closing_is_prompt_while_a_query_waits() throws Exception {
    source.start(lists::add);
    await(() -> agent.requests.size() == 1);
    long began = System.nanoTime();
    source.close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void the_age_is_unknown_before_the_first_good_answer() throws Exception {
    assertThat(source.stats()).isEqualTo(new ConsulEndpointSource.Stats(0, 0, 0, null, ""));
    agent.then(200, 7, list(ONE));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    assertThat(source.stats().staleness()).isNotNull().isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void it_starts_only_once() {
    source.start(lists::add);
    assertThatThrownBy(() -> source.start(lists::add)).isInstanceOf(IllegalStateException.class);
  }

  private static String list(Endpoint... endpoints) {
    List<String> entries = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      entries.add(ConsulEntriesTest.entry(endpoint).toString());
    }
    return entries.toString();
  }

  private List<Endpoint> next() throws InterruptedException {
    List<Endpoint> list = lists.poll(15, TimeUnit.SECONDS);
    assertThat(list).as("a list within 15 s").isNotNull();
    return list;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
