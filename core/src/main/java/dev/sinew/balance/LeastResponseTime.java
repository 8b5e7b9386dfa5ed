// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import dev.sinew.load.NodeLoad;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The node that is expected to answer first, among a few drawn at random.
 *
 * <p>The score of a node is {@code latency * (pending + streams + 1)}: its average latency, or the time
 * for which its unary calls have stood still if that is longer, times this client's calls to it.
 * The lowest wins. Choosing among a few keeps many clients from rushing to the same node (the power
 * of d choices, Mitzenmacher 2001); four, because two miss a pausing replica too often.
 *
 * <p>A node that never answered is unknown and tried by one unary call at a time. So is one that was slow
 * or failed: its average fades while it is idle ({@link NodeLoad#latencyNanos}) and is back as soon as a
 * call is in flight.
 */
final class LeastResponseTime implements Balancer {
  private static final int CHOICES = 4;

  /** Larger than any latency times any number of calls; its multiples keep the order by calls. */
  private static final double UNPROVEN = 1e18;

  @Override
  public String name() {
    return "least_response_time";
  }

  @Override
  public <N extends Node> Picker<N> picker(List<N> ready, long nowNanos) {
    List<N> nodes = List.copyOf(ready);
    return (call, now, random) -> pick(nodes, call, now, random);
  }

  /**
   * Draws one candidate from each of four equal stretches of the list, counted from a random start:
   * they are distinct, every node has the same chance, and ties fall to a random one.
   */
  private static <N extends Node> @Nullable N pick(
      List<N> nodes, Call call, long nowNanos, RandomGenerator random) {
    int size = nodes.size();
    int choices = Math.min(CHOICES, size);
    int start = random.nextInt(size);
    N best = null;
    double bestScore = Double.POSITIVE_INFINITY;
    for (int k = 0; k < choices; k++) {
      int from = (int) ((long) k * size / choices);
      int to = (int) ((long) (k + 1) * size / choices);
      int offset = to - from == 1 ? from : from + random.nextInt(to - from);
      int index = start + offset < size ? start + offset : start + offset - size;
      N node = nodes.get(index);
      if (!call.excludes(node)) {
        double score = score(node, nowNanos);
        if (best == null || score < bestScore) {
          best = node;
          bestScore = score;
        }
      }
    }
    return best != null ? best : Nodes.from(nodes, start, call);
  }

  static double score(Node node, long nowNanos) {
    NodeLoad load = node.load();
    int pending = load.pending();
    int streams = load.streams();
    double latency = load.latencyNanos(nowNanos);
    if (Double.isNaN(latency)) {
      // A stream proves nothing, so the unknown come first whatever streams they have, in their
      // order.
      return pending == 0 ? streams : UNPROVEN * (pending + streams);
    }
    return Math.max(latency, (double) load.stalledNanos(nowNanos)) * (pending + streams + 1);
  }
}
