// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.CapacityShares;
import dev.sinew.load.LoadReport;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * In proportion to the capacity that the replicas' load reports show.
 *
 * <p>A replica's weight is its share by {@link CapacityShares}, times the static weight of its
 * endpoint.
 *
 * <p>Turns are spread by the additive golden-ratio sequence over the cumulated weights: the k-th
 * pick takes the node at the fraction {@code k * phi mod 1}. Any run of picks stays close to the
 * proportion (a low-discrepancy sequence): of as many picks as nodes nobody gets two more or less
 * than its share. A pick is one multiplication and one binary search.
 */
final class WeightedRoundRobin implements Balancer {
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
  private static final long REFRESH_NANOS = 1_000_000_000L;

  /** Reports ride on answers; after this long without one nothing is known. */
  private static final long OLDEST_REPORT_NANOS = 30_000_000_000L;

  private final AtomicLong turn = new AtomicLong();

  @Override
  public String name() {
    return "weighted_round_robin";
  }

  @Override
  public long refreshNanos() {
    return REFRESH_NANOS;
  }

  @Override
  public <N extends Node> Picker<N> picker(List<N> ready, long nowNanos) {
    List<N> nodes = List.copyOf(ready);
    double[] cumulated = weights(nodes, nowNanos);
    for (int i = 1; i < cumulated.length; i++) {
      cumulated[i] += cumulated[i - 1];
    }
    double total = cumulated[cumulated.length - 1];
    return (call, now, random) -> {
      double at = fraction(turn.getAndIncrement() * GOLDEN_RATIO) * total;
      int found = Arrays.binarySearch(cumulated, at);
      int index = found >= 0 ? found + 1 : -found - 1;
      return Nodes.from(nodes, Math.min(index, nodes.size() - 1), call);
    };
  }

  /** The weight of each node, 1 being the median of those that report. */
  static double[] weights(List<? extends Node> nodes, long nowNanos) {
    List<LoadReport> reports = nodes.stream()
        .map(node -> node.load().report(nowNanos, OLDEST_REPORT_NANOS))
        .toList();
    double[] weights = CapacityShares.of(reports);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= (double) nodes.get(i).endpoint().weight() / Endpoint.ORDINARY_WEIGHT;
    }
    return weights;
  }

  /** The upper 53 bits as a number in [0, 1). */
  private static double fraction(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }
}
