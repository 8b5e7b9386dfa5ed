// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.LoadReport;
import dev.sinew.load.NodeLoad;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedRoundRobinTest {
  @Test
  void shares_are_proportional_to_capacity() {
    List<FakeNode> nodes = FakeNode.list(5);
    double[] capacity = {50, 75, 100, 125, 150};
    for (int i = 0; i < 5; i++) {
      nodes.get(i).reports(capacity[i]);
    }
    Map<FakeNode, Long> counts = count(nodes, 50_000);
    for (int i = 0; i < 5; i++) {
      assertThat(counts.getOrDefault(nodes.get(i), 0L) / 50_000.0)
          .isCloseTo(capacity[i] / 500, within(0.001));
    }
  }

  @Test
  void errors_lessen_the_capacity() {
    NodeLoad failing = new NodeLoad();
    failing.reported(new LoadReport(0.5, 0.5, 0.1, 100, 50, 1, 0, 0, 0, false), 0);
    List<FakeNode> nodes = List.of(
        FakeNode.of(0).reports(100),
        FakeNode.of(1).reports(100),
        new FakeNode(Endpoint.of("h", 1), failing));
    assertThat(WeightedRoundRobin.weights(nodes, 0)).containsExactly(1, 1, 0.5);
  }

  @Test
  void cpu_stands_in_for_an_unknown_utilization() {
    NodeLoad plain = new NodeLoad();
    plain.reported(new LoadReport(Double.NaN, 0.25, 0, 100, 0, 1, 0, 0, 0, false), 0);
    List<FakeNode> nodes =
        List.of(FakeNode.of(0).reports(200), FakeNode.of(1).reports(200), node(plain));
    assertThat(WeightedRoundRobin.weights(nodes, 0)).containsExactly(1, 1, 1);
  }

  @Test
  void the_static_weight_multiplies() {
    Endpoint heavy = new Endpoint("h", "h", 1, "", 300, 0, null, Map.of());
    List<FakeNode> nodes = List.of(FakeNode.of(0), new FakeNode(heavy, new NodeLoad()));
    assertThat(WeightedRoundRobin.weights(nodes, 0)).containsExactly(1, 3);
  }

  @Test
  void a_report_that_is_too_old_is_none() {
    List<FakeNode> nodes = FakeNode.list(3);
    nodes.get(0).reports(100);
    nodes.get(1).reports(100);
    nodes.get(2).reports(50);
    assertThat(WeightedRoundRobin.weights(nodes, 30 * FakeNode.SECOND)).containsExactly(1, 1, 0.5);
    assertThat(WeightedRoundRobin.weights(nodes, 30 * FakeNode.SECOND + 1))
        .containsExactly(1, 1, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "1e300, 0.5",
    "1e9, 1e-9",
    "NaN, NaN",
    "0, 0",
    "100, 0",
    "0, 1",
    "-1, -1",
    "1e-300, 100",
    "Infinity, 0.1",
    "100, Infinity"
  })
  void a_replica_that_lies_gains_little(double calls, double utilization) {
    for (int size : new int[] {2, 3, 4, 5, 10, 50}) {
      List<FakeNode> nodes = FakeNode.list(size);
      nodes.forEach(node -> node.reports(100));
      FakeNode liar = nodes.get(size - 1).reports(calls, utilization);
      double fair = 20_000.0 / size;
      assertThat((double) count(nodes, 20_000).getOrDefault(liar, 0L))
          .as("of %d nodes", size)
          .isBetween(0.09 * fair, 1.5 * fair);
    }
  }

  @Test
  void in_any_run_of_as_many_picks_as_equal_nodes_each_is_at_most_one_pick_off() {
    for (int size = 1; size <= 40; size++) {
      assertThat(worstError(FakeNode.list(size))).as("of %d nodes", size).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void in_any_run_of_as_many_picks_as_nodes_each_is_at_most_two_picks_off_its_share() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      List<FakeNode> nodes = FakeNode.list(2 + random.nextInt(40));
      nodes.forEach(node -> node.reports(10 + 140 * random.nextDouble()));
      assertThat(worstError(nodes)).as("seed %d", seed).isLessThan(2);
    }
  }

  @Test
  void never_picks_an_excluded_node() {
    Picks.excludeCorrectly(Balancer.weightedRoundRobin());
  }

  @Test
  void eight_threads_share_by_capacity() throws Exception {
    List<FakeNode> nodes = List.of(
        FakeNode.of(0).reports(100), FakeNode.of(1).reports(100), FakeNode.of(2).reports(50));
    Map<FakeNode, Long> counts = Picks.concurrently(Balancer.weightedRoundRobin(), nodes, 5_000);
    assertThat(counts.values())
        .satisfiesExactly(
            a -> assertThat(a).isBetween(15_980L, 16_020L),
            b -> assertThat(b).isBetween(15_980L, 16_020L),
            c -> assertThat(c).isBetween(7_980L, 8_020L));
  }

  private static FakeNode node(NodeLoad load) {
    return new FakeNode(Endpoint.of("h", 1), load);
  }

  private static Map<FakeNode, Long> count(List<FakeNode> nodes, int picks) {
    return Picks.count(Balancer.weightedRoundRobin().picker(nodes, 0), picks, 0);
  }

  /** The largest difference of a count and a share, over all nodes and all runs of n picks. */
  private static double worstError(List<FakeNode> nodes) {
    int size = nodes.size();
    List<Integer> picks = new ArrayList<>();
    for (FakeNode node : Picks.list(Balancer.weightedRoundRobin().picker(nodes, 0), 2_000)) {
      picks.add(nodes.indexOf(node));
    }
    double[] weights = WeightedRoundRobin.weights(nodes, 0);
    double total = Arrays.stream(weights).sum();
    int[] counts = new int[size];
    double worst = 0;
    for (int i = 0; i < picks.size(); i++) {
      counts[picks.get(i)]++;
      if (i >= size) {
        counts[picks.get(i - size)]--;
      }
      for (int n = 0; i >= size - 1 && n < size; n++) {
        worst = Math.max(worst, Math.abs(counts[n] - size * weights[n] / total));
      }
    }
    return worst - 1e-9;
  }
}
