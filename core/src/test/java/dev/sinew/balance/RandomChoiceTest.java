// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RandomChoiceTest {
  @Test
  void each_node_has_the_same_chance() {
    List<FakeNode> nodes = FakeNode.list(5);
    assertThat(Picks.count(Balancer.random().picker(nodes, 0), 50_000, 0))
        .as("seed %d", Picks.SEED)
        .hasSize(5)
        .allSatisfy((node, picks) -> assertThat(picks).isBetween(9_600L, 10_400L));
  }

  @Test
  void never_picks_an_excluded_node() {
    Picks.excludeCorrectly(Balancer.random());
  }

  @Test
  void eight_threads_share_about_evenly() throws Exception {
    assertThat(Picks.concurrently(Balancer.random(), FakeNode.list(5), 5_000).values())
        .allSatisfy(picks -> assertThat(picks).isBetween(7_600L, 8_400L));
  }
}
