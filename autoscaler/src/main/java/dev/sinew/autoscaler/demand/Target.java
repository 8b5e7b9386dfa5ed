// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import dev.sinew.Expect;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replicas;

/**
 * How much of one metric a replica shall bear.
 *
 * @param metric a gauge of each replica, or {@link Metric#CALLS_PER_SECOND}
 * @param perReplica in the metric's unit; for a share 0.01 to 1, else 0.001 to a thousand million
 * @param origin whose signals count, {@link Signal#DIRECT} for the replicas' own
 */
public record Target(Metric metric, double perReplica, String origin) {
  /** Checks every part. */
  public Target {
    Signal.checkOrigin(origin);
    Expect.that(
        metric != Metric.ERRORS_PER_SECOND && metric != Metric.QUEUE_SECONDS,
        "target.metric",
        metric,
        "a metric that more replicas lower in proportion");
    boolean share = share(metric);
    Expect.that(
        perReplica >= (share ? 0.01 : 0.001) && perReplica <= (share ? 1 : 1e9),
        "target." + metric,
        perReplica,
        share ? "0.01 to 1" : "0.001 to 1e9");
  }

  /** Of what replicas tell of themselves. */
  public Target(Metric metric, double perReplica) {
    this(metric, perReplica, Signal.DIRECT);
  }

  /** The same of what another origin tells. */
  public Target from(String other) {
    return new Target(metric, perReplica, other);
  }

  /** So many calls per second for each replica. */
  public static Target requestsPerReplica(double callsPerSecond) {
    return new Target(Metric.CALLS_PER_SECOND, callsPerSecond);
  }

  /** So large a share of the processor time that a replica may use. */
  public static Target cpu(double share) {
    return new Target(Metric.CPU, share);
  }

  /** So large a share of a replica's memory limit. */
  public static Target memory(double share) {
    return new Target(Metric.MEMORY, share);
  }

  /** So large a share of a replica's capacity. */
  public static Target utilization(double share) {
    return new Target(Metric.UTILIZATION, share);
  }

  /** So many calls in flight at each replica. */
  public static Target inFlight(double calls) {
    return new Target(Metric.IN_FLIGHT, calls);
  }

  /** What this target asks for. */
  public Demand demand(Replicas replicas, Readings readings) {
    Readings told = readings.from(origin);
    return metric == Metric.CALLS_PER_SECOND
        ? RequestRate.demand(this, replicas, told)
        : TargetTracking.demand(this, replicas, told);
  }

  /** Who tells it, as the end of a name; empty for the replicas themselves. */
  String by() {
    return origin.isEmpty() ? "" : " by " + origin;
  }

  static boolean share(Metric metric) {
    return metric == Metric.CPU || metric == Metric.MEMORY || metric == Metric.UTILIZATION;
  }
}
