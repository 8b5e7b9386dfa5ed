// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.retry.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a source makes of the answers about failing instances, true ones and others. */
class ConsulStatusesTest {
  private static final Endpoint ONE = Endpoint.of("10.0.0.1", 1);
  private static final Endpoint TWO = Endpoint.of("10.0.0.2", 2);
  private static final String LIST = "GET /v1/health/service/orders?passing&stale&tag=a&dc=b";

  private final ScriptedAgent agent;
  private final ConsulEndpointSource source;
  private final LinkedBlockingQueue<List<Endpoint>> lists = new LinkedBlockingQueue<>();

  ConsulStatusesTest() throws Exception {
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
  void one_that_fails_leaves_before_the_list_is_read() throws Exception {
    agent.then(200, 7, passing(ONE, TWO)).filtered(200, 7, "[]").filtered(200, 9, failing(ONE));
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE, TWO);
    assertThat(next(TWO)).containsExactly(TWO);
    // The list is asked for next, and is not answered.
    await(() -> agent.requests.size() == 2);
    assertThat(agent.requests.get(1)).isEqualTo(LIST + "&index=7&wait=1s s3cret");
    assertThat(agent.filtered.get(1)).endsWith("&tag=a&dc=b&index=7&wait=15s s3cret");
  }

  @Test
  void one_that_passes_again_comes_back_before_the_list_is_read() throws Exception {
    agent.then(200, 7, passing(TWO)).filtered(200, 7, failing(ONE)).filtered(200, 9, "[]");
    agent.filtered(200, 9, passing(ONE));
    source.start(lists::add);
    assertThat(next()).containsExactly(TWO);
    assertThat(next(ONE, TWO)).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(agent.filtered.get(2)).contains("Service.ID").doesNotContain("index");
  }

  @Test
  void one_that_fails_no_more_since_it_is_gone_does_not_come_back() throws Exception {
    agent.then(200, 7, passing(TWO)).filtered(200, 7, failing(ONE)).filtered(200, 9, "[]");
    agent.filtered(200, 9, "[]");
    source.start(lists::add);
    await(() -> agent.requests.size() == 2);
    assertThat(lists).isNotEmpty().allMatch(List.of(TWO)::equals);
  }

  @Test
  void only_one_that_was_asked_for_comes_back_and_only_from_a_server_that_knows() throws Exception {
    Endpoint stranger = Endpoint.of("10.0.0.3", 3);
    agent.then(200, 7, passing(TWO)).filtered(200, 7, failing(ONE)).filtered(200, 9, "[]");
    agent.filtered(200, 9, passing(stranger, ONE.withId("another")));
    agent.then(200, 9, passing(TWO)).filtered(200, 10, failing(ONE)).filtered(200, 11, "[]");
    agent.filtered(200, 8, passing(ONE));
    source.start(lists::add);
    await(() -> agent.requests.size() == 3);
    assertThat(lists).isNotEmpty().allMatch(List.of(TWO)::equals);
  }

  @Test
  void an_unchanged_index_confirms_the_list_without_reading_it() throws Exception {
    agent.then(200, 7, passing(ONE)).filtered(200, 7, "[]");
    source.start(lists::add);
    List<Endpoint> first = next();
    assertThat(next()).isSameAs(first);
    await(() -> agent.filtered.size() == 2);
    assertThat(agent.requests).hasSize(1);
  }

  @Test
  void a_server_without_a_leader_confirms_nothing() throws Exception {
    agent.then(200, 7, passing(ONE)).filteredWith(Map.of("X-Consul-KnownLeader", "false"), 7, "[]");
    source.start(lists::add);
    assertThat(next()).containsExactly(ONE);
    await(() -> agent.filtered.size() == 2);
    assertThat(lists).isEmpty();
    assertThat(source.stats().trouble()).endsWith("the servers have no leader");
  }

  @Test
  void the_list_decides() throws Exception {
    agent.then(200, 7, passing(ONE, TWO)).filtered(200, 7, "[]").filtered(200, 9, failing(ONE));
    agent.then(200, 9, passing(ONE, TWO));
    source.start(lists::add);
    assertThat(next(TWO)).containsExactly(TWO);
    assertThat(next(ONE, TWO)).containsExactly(ONE, TWO);
    // It was not true, so lists are waited for.
    await(() -> agent.requests.size() == 3);
    assertThat(agent.requests.get(2)).isEqualTo(LIST + "&index=9&wait=15s s3cret");
  }

  @Test
  void what_contradicts_the_list_at_its_own_index_is_not_believed() throws Exception {
    agent.then(200, 7, passing(ONE, TWO)).filtered(200, 7, failing(ONE));
    source.start(lists::add);
    await(() -> agent.requests.size() == 2);
    assertThat(agent.requests.get(1)).isEqualTo(LIST + "&index=7&wait=15s s3cret");
    assertThat(lists).containsExactly(List.of(ONE, TWO));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "<html>log in</html>", "[{\"Checks\":[", "[]x"})
  void an_answer_that_is_none_changes_nothing(String garbled) throws Exception {
    agent.then(200, 7, passing(ONE)).filtered(200, 9, garbled).then(200, 7, passing(ONE));
    source.start(lists::add);
    // It begins again with the list, and then waits for it.
    await(() -> agent.requests.size() == 3);
    assertThat(agent.requests.get(1)).isEqualTo(LIST + " s3cret");
    assertThat(agent.requests.get(2)).isEqualTo(LIST + "&index=7&wait=15s s3cret");
    assertThat(lists).isNotEmpty().allMatch(List.of(ONE)::equals);
    assertThat(source.stats().errors()).isEqualTo(1);
  }

  @Test
  void where_the_filter_is_ignored_lists_are_waited_for() throws Exception {
    agent.then(200, 7, passing(ONE, TWO)).filtered(200, 9, passing(ONE));
    source.start(lists::add);
    await(() -> agent.requests.size() == 2);
    assertThat(agent.requests.get(1)).isEqualTo(LIST + "&index=7&wait=15s s3cret");
    assertThat(source.stats().errors()).isZero();
    assertThat(lists).containsExactly(List.of(ONE, TWO));
  }

  @Test
  void an_entry_that_cannot_be_read_takes_nobody_out() throws Exception {
    String foreign = failing(ONE).replace("\"orders\"", "\"payments\"");
    agent.then(200, 7, passing(ONE, TWO)).filtered(200, 9, "[{},null,7," + foreign.substring(1));
    source.start(lists::add);
    await(() -> agent.requests.size() == 2);
    assertThat(agent.requests.get(1)).isEqualTo(LIST + "&index=7&wait=1s s3cret");
    assertThat(lists).containsExactly(List.of(ONE, TWO));
  }

  @Test
  void a_body_over_the_bound_changes_nothing() throws Exception {
    String huge = " ".repeat(dev.sinew.consul.http.ConsulHttp.LARGEST_BODY) + failing(ONE);
    agent.then(200, 7, passing(ONE)).filtered(200, 9, huge);
    source.start(lists::add);
    await(() -> agent.requests.size() == 2);
    assertThat(source.stats().trouble()).contains("longer than");
    assertThat(lists).containsExactly(List.of(ONE));
  }

  @Test
  void an_index_that_falls_begins_again_with_the_list() throws Exception {
    agent.then(200, 7, passing(ONE, TWO)).filtered(200, 7, "[]").filtered(200, 3, failing(ONE));
    agent.then(200, 3, passing(ONE));
    source.start(lists::add);
    assertThat(next(ONE)).containsExactly(ONE);
    assertThat(agent.requests.get(1)).isEqualTo(LIST + " s3cret");
    assertThat(lists).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7})
  void where_queries_do_not_wait_lists_are_waited_for(long index) throws Exception {
    agent.then(200, 7, passing(ONE)).filtered(200, 7, "[]").filtered(200, index, "[]");
    source.start(lists::add);
    await(() -> agent.requests.size() == 2);
    assertThat(agent.requests.get(1)).isEqualTo(LIST + "&index=7&wait=15s s3cret");
    assertThat(agent.filtered).hasSize(2);
    assertThat(source.stats().errors()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 501})
  void an_agent_without_filters_is_asked_for_them_once(int status) throws Exception {
    agent.then(200, 7, passing(ONE)).filtered(status, 0, "?filter is not supported");
    agent.then(200, 8, passing(TWO)).then(500, 0, "").then(200, 8, passing(ONE));
    source.start(lists::add);
    await(() -> agent.requests.size() == 5);
    assertThat(agent.filtered).hasSize(1);
    assertThat(agent.requests.get(1)).endsWith("&index=7&wait=15s s3cret");
  }

  @Test
  void an_error_goes_on_with_the_next_agent() throws Exception {
    try (ScriptedAgent other = new ScriptedAgent();
        ConsulEndpointSource both = new ConsulEndpointSource(
            ScriptedAgent.target(agent, other),
            new Backoff(Duration.ofMillis(1), 1, Duration.ofMillis(1)),
            Duration.ofSeconds(3))) {
      agent.then(200, 7, passing(ONE)).filtered(500, 0, "rpc error");
      other.then(200, 9, passing(TWO));
      both.start(lists::add);
      assertThat(next(TWO)).containsExactly(TWO);
      assertThat(other.requests.get(0)).isEqualTo(LIST + " s3cret");
    }
  }

  @Test
  void a_second_failure_is_seen_while_the_list_must_wait() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    agent.then(200, 7, passing(ONE, TWO)).filtered(200, 7, "[]").filtered(200, 9, failing(ONE));
    agent.then(200, 9, passing(TWO)).filteredAfter(second, 10, failing(ONE, TWO));
    source.start(lists::add);
    assertThat(next(TWO)).containsExactly(TWO);
    await(() -> agent.filtered.size() == 3);
    second.countDown();
    assertThat(next(new Endpoint[0])).isEmpty();
  }

  private static String passing(Endpoint... endpoints) {
    return entries("passing", endpoints);
  }

  private static String failing(Endpoint... endpoints) {
    return entries("critical", endpoints);
  }

  private static String entries(String status, Endpoint... endpoints) {
    List<String> entries = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      ObjectNode entry = ConsulEntriesTest.entry(endpoint);
      // A check of the node takes an instance out as its own does.
      ((ArrayNode) entry.path("Checks"))
          .addObject()
          .put("CheckID", "serfHealth")
          .put("Status", status);
      entries.add(entry.toString());
    }
    return entries.toString();
  }

  private List<Endpoint> next() throws InterruptedException {
    List<Endpoint> list = lists.poll(15, TimeUnit.SECONDS);
    assertThat(list)
        .as("a list within 15 s; " + agent.requests + agent.filtered)
        .isNotNull();
    return list;
  }

  /** The next list of as many. */
  private List<Endpoint> next(Endpoint... wanted) throws InterruptedException {
    List<Endpoint> list = next();
    while (list.size() != wanted.length || !list.containsAll(List.of(wanted))) {
      list = next();
    }
    return list;
  }

  private void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
    Watched.until(condition, source);
  }
}
