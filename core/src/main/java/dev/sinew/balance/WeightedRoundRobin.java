// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.LoadReport;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * In proportion to the capacity that the replicas' load reports show.
 *
 * <p>A replica's weight is the call rate it would bear at full utilization, {@code calls /
 * (utilization + errors / calls)} (gRFC A58). Reports are not trusted blindly: a replica without a
 * usable one gets the median of the others, and nobody gets less than a tenth or more than one and
 * a half times the median, so a replica that lies gains little. The static weight of the endpoint
 * multiplies the result.
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

  private static final double LOWEST_SHARE = 0.1;
  private static final double HIGHEST_SHARE = 1.5;

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
    double[] weights = new double[nodes.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = reportedCapacity(nodes.get(i).load().report(nowNanos, OLDEST_REPORT_NANOS));
    }
    double median = median(weights);
    for (int i = 0; i < weights.length; i++) {
      double share = Double.isNaN(weights[i]) ? 1 : weights[i] / median;
      double trusted = Math.max(LOWEST_SHARE, Math.min(HIGHEST_SHARE, share));
      weights[i] = trusted * nodes.get(i).endpoint().weight() / Endpoint.ORDINARY_WEIGHT;
    }
    return weights;
  }

  private static double reportedCapacity(LoadReport report) {
    double used = report.utilization() > 0 ? report.utilization() : report.cpu();
    double calls = report.callsPerSecond();
    double errors = Double.isNaN(report.errorsPerSecond()) ? 0 : report.errorsPerSecond();
    double capacity = calls / (used + errors / calls);
    return capacity > 0 && Double.isFinite(capacity) ? capacity : Double.NaN;
  }

  /**
   * The median of the known values; 1 if none is known. Of an even number it is the lower middle
   * one: the mean of two would follow the one that lies.
   */
  private static double median(double[] values) {
    double[] known =
        Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return known.length == 0 ? 1 : known[(known.length - 1) / 2];
  }

  /** The upper 53 bits as a number in [0, 1). */
  private static double fraction(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }
}
