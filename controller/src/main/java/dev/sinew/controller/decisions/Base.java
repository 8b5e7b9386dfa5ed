// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.util.List;

/**
 * The decision that the next one refers to for what did not change.
 *
 * @param offset where its line begins in the file
 */
record Base(
    long offset, List<Replica> replicas, List<Proposal> recent, List<ScaleDecision> decisions) {
  /** Refers to nothing. */
  static final Base NONE = new Base(-1, List.of(), List.of(), List.of());

  static Base of(long offset, Situation situation) {
    return new Base(offset, situation.replicas().all(), situation.recent(), situation.decisions());
  }
}
