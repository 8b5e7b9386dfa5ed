// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import dev.sinew.Expect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Spreads calls over primaries and backups: the lowest priority gets as many as it can bear, the next
 * one the rest.
 *
 * <p>A tier can bear {@code 1.4 * healthy / (healthy + unhealthy)} of all calls, at most all of them
 * (Envoy's priority levels with the overprovisioning factor 1.4; as there, shares that do not add up to
 * all calls are scaled up). It can bear less if its replicas report a utilization above 0.9: then calls
 * are sent on until it is about 0.85.
 *
 * <p>What a tier can bear falls at once and rises slowly: after an outage its share grows by 5 % of all
 * calls a second, after an overload by a twentieth of itself a second while utilization is below 0.8. So
 * cold primaries warm up, and neither flapping replicas nor constant load make it oscillate. Unknown
 * load changes nothing.
 *
 * <p>At the start backups are not used for up to a second, while primaries may be connecting. Not
 * thread-safe.
 */
public final class PriorityFailover {
  private static final long AWAIT_NANOS = 1_000_000_000L;

  /** So early nobody else has taken over yet: what comes up first may take all calls. */
  private static final long START_NANOS = 10_000_000_000L;

  private final Map<Integer, TierCapacity> capacities = new TreeMap<>();
  private SortedMap<Integer, Double> shares = new TreeMap<>();
  private boolean started;
  private long startedNanos;

  /** Nothing is known at first. */
  public PriorityFailover() {}

  /**
   * Spreads the calls; to be asked whenever a tier changed and, if there are several, at least once a
   * second.
   *
   * @param tiers at least one, each priority once
   */
  public Spread spread(Collection<Tier> tiers, long nowNanos) {
    Expect.that(!tiers.isEmpty(), "tiers", tiers, "at least one");
    List<Tier> ordered = new ArrayList<>(tiers);
    ordered.sort(Comparator.comparingInt(Tier::priority));
    if (!started) {
      started = true;
      startedNanos = nowNanos;
    }
    boolean awaiting = awaits(ordered.get(0), nowNanos);
    SortedMap<Integer, Double> bearable = bearable(ordered, nowNanos);
    shares = awaiting ? only(ordered.get(0), ordered) : distribute(bearable, ordered);
    return new Spread(shares, awaiting);
  }

  private boolean awaits(Tier first, long nowNanos) {
    TierCapacity capacity = capacities.get(first.priority());
    return first.healthy() == 0
        && first.pending() > 0
        && (capacity == null || !capacity.served())
        && nowNanos - startedNanos < AWAIT_NANOS;
  }

  private SortedMap<Integer, Double> bearable(List<Tier> ordered, long nowNanos) {
    SortedMap<Integer, Double> bearable = new TreeMap<>();
    for (int i = 0; i < ordered.size(); i++) {
      Tier tier = ordered.get(i);
      TierCapacity capacity =
          capacities.computeIfAbsent(tier.priority(), priority -> new TierCapacity(nowNanos));
      boolean early = !capacity.served() && nowNanos - startedNanos < START_NANOS;
      boolean relief =
          ordered.subList(i + 1, ordered.size()).stream().anyMatch(later -> later.healthy() > 0);
      double share = shares.getOrDefault(tier.priority(), 0.0);
      boolean atOnce = early || ordered.size() == 1;
      bearable.put(tier.priority(), capacity.update(tier, share, atOnce, relief, nowNanos));
    }
    capacities.forEach((priority, capacity) -> {
      if (!bearable.containsKey(priority)) {
        capacity.none(nowNanos);
      }
    });
    return bearable;
  }

  private static SortedMap<Integer, Double> distribute(
      SortedMap<Integer, Double> bearable, List<Tier> ordered) {
    double sum = bearable.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum <= 0) {
      // Nobody is healthy, or somebody came back only now.
      Tier any =
          ordered.stream().filter(tier -> tier.healthy() > 0).findFirst().orElse(ordered.get(0));
      return only(any, ordered);
    }
    SortedMap<Integer, Double> result = new TreeMap<>();
    double left = 1;
    for (Map.Entry<Integer, Double> tier : bearable.entrySet()) {
      double share = sum < 1 ? tier.getValue() / sum : Math.min(left, tier.getValue());
      left -= share;
      result.put(tier.getKey(), share);
    }
    return result;
  }

  private static SortedMap<Integer, Double> only(Tier chosen, List<Tier> all) {
    SortedMap<Integer, Double> result = new TreeMap<>();
    all.forEach(tier -> result.put(tier.priority(), tier.equals(chosen) ? 1.0 : 0.0));
    return result;
  }
}
