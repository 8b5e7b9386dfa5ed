// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.Concurrently;
import dev.sinew.load.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/** Many picks, and what holds of every policy. */
final class Picks {
  static final long SEED = 42;

  private Picks() {}

  static Map<FakeNode, Long> count(Picker<FakeNode> picker, int picks, long nowNanos) {
    Map<FakeNode, Long> counts = new LinkedHashMap<>();
    Random random = new Random(SEED);
    for (int i = 0; i < picks; i++) {
      FakeNode picked = picker.pick(Call.ANY, nowNanos, random);
      if (picked != null) {
        counts.merge(picked, 1L, Long::sum);
      }
    }
    return counts;
  }

  static List<FakeNode> list(Picker<FakeNode> picker, int picks) {
    List<FakeNode> list = new ArrayList<>();
    Random random = new Random(SEED);
    for (int i = 0; i < picks; i++) {
      FakeNode picked = picker.pick(Call.ANY, 0, random);
      if (picked != null) {
        list.add(picked);
      }
    }
    return list;
  }

  /** Excluded nodes are never picked, whichever they are, and null comes only when all are. */
  static void excludeCorrectly(Balancer balancer) {
    Random random = new Random(SEED);
    for (int size = 1; size <= 12; size++) {
      List<FakeNode> nodes = FakeNode.list(size);
      Picker<FakeNode> picker = balancer.picker(nodes, 0);
      for (int i = 0; i < 500; i++) {
        int mask = i == 0 ? -1 : random.nextInt(1 << size);
        Call call = node -> (mask >> nodes.indexOf(node) & 1) == 1;
        FakeNode picked = picker.pick(call, 0, random);
        boolean all = Integer.bitCount(mask & ((1 << size) - 1)) == size;
        assertThat(picked == null).as("size %d, mask %x", size, mask).isEqualTo(all);
        assertThat(picked == null || !call.excludes(picked))
            .as("size %d, mask %x", size, mask)
            .isTrue();
      }
    }
  }

  /** Eight threads together get a node at each pick; returns how often each was picked. */
  static Map<FakeNode, Long> concurrently(Balancer balancer, List<FakeNode> nodes, int each)
      throws Exception {
    Map<FakeNode, LongAdder> counts = new LinkedHashMap<>();
    nodes.forEach(node -> counts.put(node, new LongAdder()));
    Picker<FakeNode> picker = balancer.picker(nodes, 0);
    Concurrently.run(8, thread -> {
      Random random = new Random(SEED + thread);
      for (int i = 0; i < each; i++) {
        FakeNode picked = requireNonNull(picker.pick(Call.ANY, 0, random));
        picked.load().started(i);
        requireNonNull(counts.get(picked)).increment();
        picked.load().completed(i, FakeNode.MILLI, Outcome.SUCCESS, null);
      }
    });
    Map<FakeNode, Long> sums = new LinkedHashMap<>();
    counts.forEach((node, count) -> sums.put(node, count.sum()));
    assertThat(sums.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(8L * each);
    assertThat(nodes).allSatisfy(node -> assertThat(node.load().pending()).isZero());
    return sums;
  }
}
