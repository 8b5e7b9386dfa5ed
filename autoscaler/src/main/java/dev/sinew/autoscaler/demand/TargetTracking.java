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
 * while others start, and then it asks for no less than the present number. Whole-service signals
 * are of no use here: the mean of a gauge over an unknown set of replicas is no load.
 */
final class TargetTracking {
  private TargetTracking() {}

  static Demand demand(Target target, Replicas replicas, Readings readings) {
    Metric metric = target.metric();
    int present = replicas.desired();
    List<String> silent = readings.missing(metric);
    if (readings.told(metric) == 0) {
      return Demand.unknown(rule(metric), words(metric), present, silent);
    }
    LoadRange range = new LoadRange(readings.sum(metric), target.perReplica(), silent);
    int number = range.replicas(present);
    int starting = Math.max(replicas.in(Replica.State.STARTING).size(), present - readings.ready());
    boolean waits = number < present && starting > 0;
    String because = sentence(target, range, present, readings.told(metric))
        + (waits
            ? ", but " + Figures.replicas(starting) + " of " + present + " still to come"
            : "");
    double needed = range.needed(present);
    return new Demand(
        rule(metric), words(metric), needed, waits ? present : number, true, silent, because);
  }

  private static String sentence(Target target, LoadRange range, int present, int told) {
    String needs = Figures.replicas(range.needed(present)) + " at ";
    String load = Target.share(target.metric())
        ? words(target.metric()) + " of " + Figures.percent(range.load()) + " in sum over "
            + Figures.replicas(told) + " needs " + needs + Figures.percent(target.perReplica())
        : Figures.number(range.load()) + " calls in flight need " + needs
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
