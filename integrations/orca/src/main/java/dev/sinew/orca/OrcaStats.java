// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

/**
 * What an {@link OrcaSignalSource} has done so far.
 *
 * @param replicas replicas it is subscribed to at present
 * @param reports reports that arrived
 * @param rejected reports with at least one implausible value; their other values were used
 * @param stale reports that became too old before a newer one came
 * @param reconnects subscriptions that ended and were begun anew
 */
public record OrcaStats(int replicas, long reports, long rejected, long stale, long reconnects) {}
