// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static dev.sinew.balance.FakeNode.MILLI;
import static dev.sinew.balance.FakeNode.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.load.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeastResponseTimeTest {
  @Test
  void the_score_is_latency_times_calls_in_flight() {
    FakeNode node = FakeNode.of(0).answered(5 * MILLI, SECOND);
    assertThat(LeastResponseTime.score(node, SECOND)).isEqualTo(5 * MILLI);
    node.load().started(SECOND);
    node.load().started(SECOND);
    assertThat(LeastResponseTime.score(node, SECOND)).isEqualTo(15 * MILLI);
  }

  @Test
  void prefers_the_fast() {
    List<FakeNode> nodes = FakeNode.list(3);
    nodes.get(0).answered(50 * MILLI, SECOND);
    nodes.get(1).answered(5 * MILLI, SECOND);
    nodes.get(2).answered(20 * MILLI, SECOND);
    assertThat(count(nodes, SECOND)).containsOnlyKeys(nodes.get(1));
  }

  @Test
  void turns_to_the_slower_when_the_fast_is_busy() {
    List<FakeNode> nodes = FakeNode.list(2);
    nodes.get(0).answered(5 * MILLI, SECOND);
    nodes.get(1).answered(20 * MILLI, SECOND);
    for (int i = 0; i < 4; i++) {
      nodes.get(0).load().started(SECOND);
    }
    assertThat(count(nodes, SECOND)).containsOnlyKeys(nodes.get(1));
  }

  @Test
  void avoids_a_replica_whose_calls_stand_still() {
    List<FakeNode> nodes = FakeNode.list(3);
    nodes.forEach(node -> node.answered(5 * MILLI, SECOND));
    nodes.get(0).load().started(SECOND);
    assertThat(count(nodes, 2 * SECOND)).containsOnlyKeys(nodes.get(1), nodes.get(2));
  }

  @Test
  void a_replica_that_fails_fast_is_not_attractive() {
    List<FakeNode> nodes = FakeNode.list(3);
    nodes.get(0).ended(MILLI / 10, SECOND, Outcome.FAILURE);
    nodes.get(1).answered(50 * MILLI, SECOND);
    nodes.get(2).ended(MILLI / 10, SECOND, Outcome.OVERLOADED);
    assertThat(count(nodes, SECOND)).containsOnlyKeys(nodes.get(1));
  }

  @Test
  void open_streams_count_like_calls_however_long_they_are() {
    FakeNode node = FakeNode.of(0).answered(5 * MILLI, SECOND);
    node.load().streamStarted();
    assertThat(LeastResponseTime.score(node, SECOND)).isEqualTo(10 * MILLI);
    node.load().started(SECOND);
    assertThat(LeastResponseTime.score(node, SECOND)).isEqualTo(15 * MILLI);
    assertThat(LeastResponseTime.score(node, SECOND + 5 * MILLI)).isEqualTo(15 * MILLI);
  }

  @Test
  void a_replica_with_an_idle_stream_is_not_unproven_for_ever() {
    List<FakeNode> nodes = FakeNode.list(2);
    nodes.get(0).load().streamStarted();
    nodes.get(1).answered(MILLI, SECOND);
    assertThat(count(nodes, SECOND)).containsOnlyKeys(nodes.get(0));
  }

  @Test
  void streams_alone_are_spread_by_their_number() {
    List<FakeNode> nodes = FakeNode.list(3);
    nodes.get(0).load().streamStarted();
    nodes.get(2).load().streamStarted();
    assertThat(count(nodes, 0)).containsOnlyKeys(nodes.get(1));
  }

  @Test
  void explores_the_unknown_one_call_at_a_time() {
    List<FakeNode> nodes = FakeNode.list(3);
    nodes.get(0).answered(5 * MILLI, SECOND);
    nodes.get(1).answered(5 * MILLI, SECOND);
    assertThat(count(nodes, SECOND)).containsOnlyKeys(nodes.get(2));
    nodes.get(2).load().started(SECOND);
    for (int i = 0; i < 1000; i++) {
      nodes.get(0).load().started(SECOND);
    }
    assertThat(count(nodes, SECOND)).containsOnlyKeys(nodes.get(1));
  }

  @Test
  void among_the_unknown_the_one_with_fewer_calls_comes_first() {
    List<FakeNode> nodes = FakeNode.list(2);
    nodes.get(0).load().started(0);
    nodes.get(0).load().started(0);
    nodes.get(1).load().started(0);
    assertThat(count(nodes, 0)).containsOnlyKeys(nodes.get(1));
  }

  @Test
  void each_node_has_the_same_chance_when_all_are_equal() {
    for (int size : new int[] {1, 2, 3, 4, 5, 6, 7, 9, 13, 50}) {
      List<FakeNode> nodes = FakeNode.list(size);
      Map<FakeNode, Long> counts =
          Picks.count(Balancer.leastResponseTime().picker(nodes, 0), 4_000 * size, 0);
      assertThat(counts)
          .as("of %d nodes, seed %d", size, Picks.SEED)
          .hasSize(size)
          .allSatisfy((node, picks) -> assertThat(picks).isBetween(3_700L, 4_300L));
    }
  }

  @Test
  void a_bad_replica_among_many_is_never_picked() {
    List<FakeNode> nodes = FakeNode.list(50);
    nodes.forEach(node -> node.answered(5 * MILLI, SECOND));
    FakeNode bad = nodes.get(17);
    bad.load().started(SECOND);
    Set<FakeNode> good = new HashSet<>(nodes);
    good.remove(bad);
    assertThat(count(nodes, 2 * SECOND).keySet()).isSubsetOf(good);
  }

  @Test
  void never_picks_an_excluded_node() {
    Picks.excludeCorrectly(Balancer.leastResponseTime());
  }

  @Test
  void eight_threads_leave_nothing_behind() throws Exception {
    assertThat(Picks.concurrently(Balancer.leastResponseTime(), FakeNode.list(5), 5_000)
            .values())
        .allSatisfy(picks -> assertThat(picks).isPositive());
  }

  private static Map<FakeNode, Long> count(List<FakeNode> nodes, long nowNanos) {
    return Picks.count(Balancer.leastResponseTime().picker(nodes, 0), 1_000, nowNanos);
  }
}
