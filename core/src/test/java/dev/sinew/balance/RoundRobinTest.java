// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  @Test
  void each_node_has_its_turn() {
    List<FakeNode> nodes = FakeNode.list(3);
    assertThat(Picks.list(Balancer.roundRobin().picker(nodes, 0), 7))
        .containsExactly(
            nodes.get(0),
            nodes.get(1),
            nodes.get(2),
            nodes.get(0),
            nodes.get(1),
            nodes.get(2),
            nodes.get(0));
  }

  @Test
  void the_turn_goes_on_when_the_list_changes() {
    Balancer balancer = Balancer.roundRobin();
    List<FakeNode> nodes = FakeNode.list(4);
    Picks.list(balancer.picker(nodes, 0), 2);
    assertThat(Picks.list(balancer.picker(nodes, 0), 2))
        .containsExactly(nodes.get(2), nodes.get(3));
  }

  @Test
  void never_picks_an_excluded_node() {
    Picks.excludeCorrectly(Balancer.roundRobin());
  }

  @Test
  void eight_threads_share_evenly() throws Exception {
    assertThat(
            Picks.concurrently(Balancer.roundRobin(), FakeNode.list(5), 5_000).values())
        .containsOnly(8_000L);
  }
}
