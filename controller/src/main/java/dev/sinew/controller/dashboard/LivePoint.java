// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import dev.sinew.Expect;

/**
 * What the whole service did in one period, about a second.
 *
 * <p>A rate or latency that is NaN, infinite or negative is unknown: it becomes NaN, and the page shows a
 * gap, never a zero.
 *
 * @param atSeconds the period's end, since the run's start; 0 or more
 * @param offered calls a second that clients wanted to make
 * @param ok calls a second that succeeded
 * @param failed calls a second that failed for the caller
 * @param p50Millis the median latency
 * @param p99Millis the latency that 99 % of the calls stayed within
 * @param desired replicas decided on
 * @param ready replicas that take calls at full weight
 * @param warming replicas that take calls at less than full weight
 * @param draining replicas that finish their calls and take no new ones
 * @param utilization the mean of the replicas that report, 1 = full
 */
public record LivePoint(
    double atSeconds,
    double offered,
    double ok,
    double failed,
    double p50Millis,
    double p99Millis,
    int desired,
    int ready,
    int warming,
    int draining,
    double utilization) {
  /** Checks the time and the counts; implausible measurements become unknown. */
  public LivePoint {
    Expect.that(
        atSeconds >= 0 && atSeconds <= 1e9, "point.atSeconds", atSeconds, "0 to 1,000,000,000");
    Expect.that(desired >= 0, "point.desired", desired, "0 or more");
    Expect.that(ready >= 0, "point.ready", ready, "0 or more");
    Expect.that(warming >= 0, "point.warming", warming, "0 or more");
    Expect.that(draining >= 0, "point.draining", draining, "0 or more");
    offered = known(offered);
    ok = known(ok);
    failed = known(failed);
    p50Millis = known(p50Millis);
    p99Millis = known(p99Millis);
    utilization = known(utilization);
  }

  /** A point of a run that is watched from its clients' side, which know no utilization. */
  public LivePoint(
      double atSeconds,
      double offered,
      double ok,
      double failed,
      double p50Millis,
      double p99Millis,
      int desired,
      int ready,
      int warming,
      int draining) {
    this(
        atSeconds,
        offered,
        ok,
        failed,
        p50Millis,
        p99Millis,
        desired,
        ready,
        warming,
        draining,
        Double.NaN);
  }

  /** The value, or NaN where it cannot be a measurement. */
  static double known(double value) {
    return value >= 0 && value < 1e12 ? value : Double.NaN;
  }
}
