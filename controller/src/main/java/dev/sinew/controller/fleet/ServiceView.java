// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.fleet;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.dashboard.ReplicaRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service as it is now. NaN is unknown.
 *
 * @param name its key in the fleet file
 * @param state {@code starting}, {@code running}, {@code paused}, {@code dry-run} or {@code failed}
 * @param min the fewest replicas allowed
 * @param max the most replicas allowed
 * @param desired replicas decided on
 * @param ready replicas that serve
 * @param starting replicas that do not serve yet
 * @param draining replicas that leave
 * @param callsPerSecond arriving at all replicas together
 * @param errorsPerSecond failed by all replicas together
 * @param inFlight calls in progress at all replicas together
 * @param utilization the mean of the replicas that report
 * @param reporting how many ready replicas have a fresh report
 * @param hold why the number is held, or null
 * @param lastDecision the latest one that changed the number, or null
 * @param now the latest decision's reasons as sentences: why the number is what it is
 * @param troubles what a person should know now, one sentence each
 * @param replicas each replica
 */
public record ServiceView(
    String name,
    String state,
    int min,
    int max,
    int desired,
    int ready,
    int starting,
    int draining,
    double callsPerSecond,
    double errorsPerSecond,
    double inFlight,
    double utilization,
    int reporting,
    @Nullable Hold hold,
    @Nullable DecisionView lastDecision,
    List<String> now,
    List<String> troubles,
    List<ReplicaRow> replicas) {
  /** Copies the lists. */
  public ServiceView {
    now = List.copyOf(now);
    troubles = List.copyOf(troubles);
    replicas = List.copyOf(replicas);
  }
}
