// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

/**
 * What a replica says of its own load.
 *
 * <p>Unknown is not zero: an unknown ratio or rate is NaN, an unknown count or time is -1. Whatever is
 * not finite, negative or implausible becomes unknown on construction, so nobody downstream needs to
 * check again.
 *
 * @param utilization share of the replica's capacity in use; 1 is full, above 1 is overload; at most 100
 * @param cpu processor time used, as a share of what the replica's cgroup or machine allows; at most 10
 * @param memory memory used, as a share of its limit; at most 1.5
 * @param callsPerSecond calls that arrived, shed ones included
 * @param errorsPerSecond calls that the replica itself failed
 * @param inFlight calls that arrived and are not answered, queued ones included; a stream counts; at most
 *     1 000 000
 * @param queueNanos recent wait between arrival and the start of the handler; at most one hour
 * @param withinObjective calls answered within the latency objective since the start
 * @param overObjective calls answered later than the latency objective since the start
 * @param draining the replica is leaving: choose another one
 */
public record LoadReport(
    double utilization,
    double cpu,
    double memory,
    double callsPerSecond,
    double errorsPerSecond,
    int inFlight,
    long queueNanos,
    long withinObjective,
    long overObjective,
    boolean draining) {

  /** A report that says nothing. */
  public static final LoadReport UNKNOWN = new LoadReport(
      Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, -1, -1, -1, -1, false);

  /** 100 times full: beyond it a meter is broken. */
  private static final double HIGHEST_UTILIZATION = 100;

  /** A cgroup's share may be exceeded for a moment, but not tenfold. */
  private static final double HIGHEST_CPU = 10;

  private static final double HIGHEST_MEMORY = 1.5;
  private static final int HIGHEST_IN_FLIGHT = 1_000_000;
  private static final long HIGHEST_QUEUE_NANOS = 3_600_000_000_000L;

  private static final double HIGHEST_RATE = 1e9;

  /** Turns whatever is implausible into unknown. */
  public LoadReport {
    utilization = plausible(utilization, HIGHEST_UTILIZATION);
    cpu = plausible(cpu, HIGHEST_CPU);
    memory = plausible(memory, HIGHEST_MEMORY);
    callsPerSecond = plausible(callsPerSecond, HIGHEST_RATE);
    errorsPerSecond = plausible(errorsPerSecond, HIGHEST_RATE);
    inFlight = inFlight < 0 || inFlight > HIGHEST_IN_FLIGHT ? -1 : inFlight;
    queueNanos = queueNanos < 0 || queueNanos > HIGHEST_QUEUE_NANOS ? -1 : queueNanos;
    withinObjective = withinObjective < 0 ? -1 : withinObjective;
    overObjective = overObjective < 0 ? -1 : overObjective;
  }

  private static double plausible(double value, double highest) {
    return value >= 0 && value <= highest ? value + 0.0 : Double.NaN;
  }
}
