// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import dev.sinew.Expect;
import dev.sinew.balance.Call;
import dev.sinew.balance.Node;
import dev.sinew.balance.Picker;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a tier for each call by the tiers' shares, and lets the tier's own picker choose the node. If
 * that one finds none, as for a call that tried all of them, the other tiers are asked in order.
 *
 * @param <N> the transport's node
 */
public final class TieredPicker<N extends Node> implements Picker<N> {
  private final List<Picker<N>> tiers;
  private final double[] upTo;

  /**
   * A picker over some tiers.
   *
   * @param tiers at least one, the first one first
   * @param shares as many as tiers; they add up to 1, or the last tier gets what is left
   */
  public TieredPicker(List<Picker<N>> tiers, List<Double> shares) {
    Expect.that(
        !tiers.isEmpty() && tiers.size() == shares.size(), "tiers", tiers.size(), "one per share");
    this.tiers = List.copyOf(tiers);
    this.upTo = new double[shares.size()];
    double sum = 0;
    for (int i = 0; i < upTo.length; i++) {
      sum += shares.get(i);
      upTo[i] = sum;
    }
  }

  @Override
  public @Nullable N pick(Call call, long nowNanos, RandomGenerator random) {
    double at = random.nextDouble();
    int chosen = 0;
    while (chosen < upTo.length - 1 && at >= upTo[chosen]) {
      chosen++;
    }
    N node = tiers.get(chosen).pick(call, nowNanos, random);
    for (int i = 0; node == null && i < upTo.length; i++) {
      if (i != chosen) {
        node = tiers.get(i).pick(call, nowNanos, random);
      }
    }
    return node;
  }
}
