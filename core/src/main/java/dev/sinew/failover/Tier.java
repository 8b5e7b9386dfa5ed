// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import dev.sinew.Expect;
import dev.sinew.balance.Node;
import java.util.Collection;

/**
 * What a client knows of the endpoints of one priority. Endpoints that drain are in none of the numbers:
 * they leave by their own will.
 *
 * @param priority as in {@link dev.sinew.endpoint.Endpoint#priority}
 * @param healthy endpoints that serve
 * @param unhealthy endpoints that failed or say that they do not serve
 * @param pending endpoints that are connected to for the first time
 * @param utilization of the healthy ones, as {@link dev.sinew.load.LoadReport#utilization}; NaN is unknown
 */
public record Tier(int priority, int healthy, int unhealthy, int pending, double utilization) {
  private static final long OLDEST_REPORT_NANOS = 10_000_000_000L;

  /** Checks every field; an implausible utilization is unknown. */
  public Tier {
    Expect.that(priority >= 0 && priority <= 127, "tier.priority", priority, "0 to 127");
    Expect.that(healthy >= 0, "tier.healthy", healthy, "at least 0");
    Expect.that(unhealthy >= 0, "tier.unhealthy", unhealthy, "at least 0");
    Expect.that(pending >= 0, "tier.pending", pending, "at least 0");
    utilization = utilization >= 0 && utilization <= 100 ? utilization : Double.NaN;
  }

  /**
   * The utilization of some nodes: the lower median of the reports of the last ten seconds, so that
   * one that lies changes little; NaN if fewer than half of the nodes reported.
   */
  public static double utilization(Collection<? extends Node> nodes, long nowNanos) {
    double[] known = nodes.stream()
        .mapToDouble(node -> node.load().report(nowNanos, OLDEST_REPORT_NANOS).utilization())
        .filter(value -> !Double.isNaN(value))
        .sorted()
        .toArray();
    boolean enough = known.length > 0 && 2 * known.length >= nodes.size();
    return enough ? known[(known.length - 1) / 2] : Double.NaN;
  }
}
