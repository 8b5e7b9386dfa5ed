// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.Expect;
import java.time.Instant;
import java.util.List;

/**
 * How many replicas there shall be, and why.
 *
 * @param at when it was decided
 * @param from the number desired before
 * @param to the number desired now
 * @param victims ids of the replicas to stop, best first; at least {@code from - to} of them when known
 * @param epoch the controller's term of office; a target refuses a lower one than it has seen
 * @param reasons each rule that changed the number, in order
 */
public record ScaleDecision(
    Instant at, int from, int to, List<String> victims, long epoch, List<Reason> reasons) {
  /** Checks the numbers and copies the lists. */
  public ScaleDecision {
    Expect.that(from >= 0, "decision.from", from, "0 or more");
    Expect.that(to >= 0, "decision.to", to, "0 or more");
    victims = List.copyOf(victims);
    reasons = List.copyOf(reasons);
  }

  /** Whether it asks for another number than before. */
  public boolean changes() {
    return from != to;
  }
}
