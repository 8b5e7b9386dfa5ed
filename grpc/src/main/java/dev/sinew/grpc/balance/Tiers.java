// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import dev.sinew.balance.Balancer;
import dev.sinew.balance.Picker;
import dev.sinew.failover.PriorityFailover;
import dev.sinew.failover.Spread;
import dev.sinew.failover.Tier;
import dev.sinew.failover.TieredPicker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a channel by priority, each tier with a balancer of its own.
 *
 * <p>Nodes that drain are used only when no other can take the call, whatever their tier.
 */
final class Tiers {
  private final PriorityFailover failover = new PriorityFailover();
  private final Map<Integer, Balancer> balancers = new TreeMap<>();
  private String policy;
  private SortedMap<Integer, Double> shares = Collections.emptySortedMap();
  private boolean several;

  Tiers(String policy) {
    this.policy = policy;
  }

  /** Balances by another policy from the next picker on. */
  void policy(String name) {
    if (!name.equals(policy)) {
      policy = name;
      balancers.clear();
    }
  }

  /** How often a picker is to be rebuilt although no node changed; 0 is never. */
  long refreshNanos() {
    return balancers.values().stream().mapToLong(Balancer::refreshNanos).max().orElse(0);
  }

  /** Whether there is more than one tier, so that the shares change with time. */
  boolean several() {
    return several;
  }

  /** The shares of the latest picker; empty if there was none. */
  SortedMap<Integer, Double> shares() {
    return shares;
  }

  /** A picker over the nodes that are ready; null if calls have to wait or there are none. */
  @Nullable ReadyPicker picker(Collection<GrpcNode> nodes, long nowNanos) {
    shares = Collections.emptySortedMap();
    SortedMap<Integer, Members> tiers = new TreeMap<>();
    List<GrpcNode> leaving = new ArrayList<>();
    for (GrpcNode node : nodes) {
      Members tier = tiers.computeIfAbsent(node.endpoint().priority(), priority -> new Members());
      if (node.ready() && node.draining()) {
        leaving.add(node);
      } else {
        tier.add(node);
      }
    }
    several = tiers.size() > 1;
    if (tiers.isEmpty()) {
      return null;
    }
    List<Tier> seen = new ArrayList<>();
    tiers.forEach((priority, tier) -> seen.add(tier.tier(priority, nowNanos)));
    Spread spread = failover.spread(seen, nowNanos);
    if (spread.awaiting() && leaving.isEmpty()) {
      return null;
    }
    Picker<GrpcNode> spare =
        leaving.isEmpty() ? null : balancer(tiers.firstKey()).picker(leaving, nowNanos);
    Picker<GrpcNode> staying = staying(tiers, spread, nowNanos);
    if (staying != null) {
      shares = spread.shares();
      return new ReadyPicker(staying, spare);
    }
    return spare == null ? null : new ReadyPicker(spare, null);
  }

  private @Nullable Picker<GrpcNode> staying(
      SortedMap<Integer, Members> tiers, Spread spread, long nowNanos) {
    List<Picker<GrpcNode>> pickers = new ArrayList<>();
    List<Double> healthyShares = new ArrayList<>();
    tiers.forEach((priority, tier) -> {
      if (!tier.healthy.isEmpty()) {
        pickers.add(balancer(priority).picker(tier.healthy, nowNanos));
        healthyShares.add(spread.share(priority));
      }
    });
    if (pickers.isEmpty()) {
      return null;
    }
    return pickers.size() == 1 ? pickers.get(0) : new TieredPicker<>(pickers, healthyShares);
  }

  private Balancer balancer(int priority) {
    return balancers.computeIfAbsent(priority, any -> Balancer.named(policy));
  }

  /** The nodes of one tier that do not drain. */
  private static final class Members {
    final List<GrpcNode> healthy = new ArrayList<>();
    private int unhealthy;
    private int pending;

    void add(GrpcNode node) {
      if (node.ready()) {
        healthy.add(node);
      } else if (node.failing() || node.proven()) {
        unhealthy++;
      } else {
        pending++;
      }
    }

    Tier tier(int priority, long nowNanos) {
      return new Tier(
          priority, healthy.size(), unhealthy, pending, Tier.utilization(healthy, nowNanos));
    }
  }
}
