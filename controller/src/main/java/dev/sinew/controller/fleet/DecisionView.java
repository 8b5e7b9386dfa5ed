// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.fleet;

import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Instant;
import java.util.List;

/**
 * A recorded decision.
 *
 * @param at when it was made
 * @param from the number before
 * @param to the number after
 * @param proposed what the targets asked for
 * @param ready replicas that served then
 * @param reasons each rule that changed the number or held it, in order
 */
public record DecisionView(
    Instant at, int from, int to, int proposed, int ready, List<Reason> reasons) {
  /** Copies the list. */
  public DecisionView {
    reasons = List.copyOf(reasons);
  }

  /** The view of a decision. */
  public static DecisionView of(ScaleDecision decision, int ready) {
    return new DecisionView(
        decision.at(),
        decision.from(),
        decision.to(),
        decision.proposed(),
        ready,
        decision.reasons());
  }
}
