// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.target;

/** What is scaled: child processes, a Kubernetes Deployment, a simulated cluster. */
public interface ScaleTarget {
  /** The present state; never blocks. */
  Replicas replicas();

  /**
   * Begins to move towards the decided number and returns; {@link #replicas} shows the progress.
   *
   * @throws StaleDecisionException if a decision of a later epoch was applied before (fencing)
   */
  void apply(ScaleDecision decision);
}
