// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

/**
 * One replica as the page shows it now. NaN, infinite and negative numbers are unknown and shown as "–".
 *
 * @param id the replica's name; may come from outside and is treated as text only
 * @param state one word: {@code ready}, {@code warming}, {@code starting}, {@code draining}, {@code
 *     ejected} or {@code lost}; any other word is shown as it is
 * @param ageSeconds since its process started
 * @param shareOfCalls its part of the service's calls, 0 to 1
 * @param inFlight calls in progress
 * @param utilization its own report, 1 = full
 * @param withheldShare the part of its weight that is withheld, 0 to 1
 * @param withheldWhy a few words saying why; empty where nothing is withheld
 */
public record ReplicaRow(
    String id,
    String state,
    double ageSeconds,
    double shareOfCalls,
    double inFlight,
    double utilization,
    double withheldShare,
    String withheldWhy) {
  /** Implausible measurements become unknown. */
  public ReplicaRow {
    ageSeconds = LivePoint.known(ageSeconds);
    shareOfCalls = LivePoint.known(shareOfCalls);
    inFlight = LivePoint.known(inFlight);
    utilization = LivePoint.known(utilization);
    withheldShare = LivePoint.known(withheldShare);
  }
}
