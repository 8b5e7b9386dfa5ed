// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.target.Replicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As many replicas as the calls that arrive per second need: their sum over what one replica shall
 * bear.
 *
 * <p>Shed calls count, so the rate sees the whole demand where gauges stop at full. A rate told of
 * the whole service stands for the replicas that are silent; if both are known, the higher one
 * counts.
 */
final class RequestRate {
  private static final String RULE = "requests-per-replica";
  private static final String WORDS = "calls per second";

  private RequestRate() {}

  static Demand demand(Target target, Replicas replicas, Readings readings) {
    String words = WORDS + target.by();
    @Nullable Double service = readings.ofService(Metric.CALLS_PER_SECOND);
    List<String> silent = service != null ? List.of() : readings.missing(Metric.CALLS_PER_SECOND);
    if (service == null && readings.told(Metric.CALLS_PER_SECOND) == 0) {
      return Demand.unknown(RULE, words, replicas.desired(), silent);
    }
    double calls = Math.max(readings.sum(Metric.CALLS_PER_SECOND), service != null ? service : 0);
    int present = replicas.desired();
    LoadRange range = new LoadRange(calls, target.perReplica(), silent);
    double needed = range.needed(present);
    String each = Figures.number(target.perReplica()) + " calls/s each";
    String because = Figures.number(calls) + " calls/s" + target.by() + " need "
        + Figures.replicas(needed) + " at " + each + range.remark(present);
    return new Demand(RULE, words, needed, range.replicas(present), true, silent, because);
  }
}
