// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import java.util.List;
import java.util.Locale;

/**
 * As many replicas as a gauge of each replica needs: the sum over the ready ones over the target.
 *
 * <p>The sum is the load, so replicas that are on their way do not make it ask for still more.
 * Shares saturate: an overloaded replica shows 1 however much is asked of it, and {@link
 * RequestRate} sees further. For the same reason the sum over those that are ready may be too low
 * while others start, and then it asks for no less than the present number. The mean of
 * a share over an unknown set of replicas is no load; only calls in flight may be told of the whole
 * service, and then stand for the replicas that are silent.
 */
final class TargetTracking {
  private TargetTracking() {}

  static Demand demand(Target target, Replicas replicas, Readings readings) {
    Metric metric = target.metric();
    int present = replicas.desired();
    String words = words(metric) + target.by();
    Double service = metric == Metric.IN_FLIGHT ? readings.ofService(metric) : null;
    List<String> silent = service != null ? List.of() : readings.missing(metric);
    if (service == null && readings.told(metric) == 0) {
      return Demand.unknown(rule(metric), words, present, silent);
    }
    double load = Math.max(readings.sum(metric), service != null ? service : 0);
    LoadRange range = new LoadRange(load, target.perReplica(), silent);
    int number = range.replicas(present);
    int starting = Math.max(replicas.in(Replica.State.STARTING).size(), present - readings.ready());
    boolean waits = number < present && starting > 0;
    String because = sentence(target, range, present, readings.told(metric))
        + (waits
            ? ", but " + Figures.replicas(starting) + " of " + present + " still to come"
            : "");
    double needed = range.needed(present);
    return new Demand(rule(metric), words, needed, waits ? present : number, true, silent, because);
  }

  private static String sentence(Target target, LoadRange range, int present, int told) {
    String needs = Figures.replicas(range.needed(present)) + " at ";
    String load = Target.share(target.metric())
        ? words(target.metric()) + target.by() + " of " + Figures.percent(range.load())
            + " in sum over " + Figures.replicas(told) + " needs " + needs
            + Figures.percent(target.perReplica())
        : Figures.number(range.load()) + " calls in flight" + target.by() + " need " + needs
            + Figures.number(target.perReplica());
    return load + " each" + range.remark(present);
  }

  private static String rule(Metric metric) {
    return metric == Metric.IN_FLIGHT ? "in-flight" : words(metric);
  }

  private static String words(Metric metric) {
    return metric == Metric.IN_FLIGHT ? "calls in flight" : metric.name().toLowerCase(Locale.ROOT);
  }
}
