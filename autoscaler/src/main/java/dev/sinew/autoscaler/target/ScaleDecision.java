// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.target;

import dev.sinew.Expect;
import java.time.Instant;
import java.util.List;

/**
 * How many replicas there shall be, and why.
 *
 * @param at when it was decided
 * @param from the number desired before
 * @param to the number desired now
 * @param victims ids of the replicas to stop, best first; at least {@code from - to} of them when
 *     known
 * @param proposed the number that the targets asked for, before damping; stabilization remembers it
 * @param epoch the controller's term of office; a target refuses a lower one than it has seen
 * @param reasons each rule that changed the number or held it, in order
 */
public record ScaleDecision(
    Instant at,
    int from,
    int to,
    List<String> victims,
    int proposed,
    long epoch,
    List<Reason> reasons) {
  /** Checks the numbers and copies the lists. */
  public ScaleDecision {
    Expect.that(from >= 0, "decision.from", from, "0 or more");
    Expect.that(to >= 0, "decision.to", to, "0 or more");
    Expect.that(proposed >= 0, "decision.proposed", proposed, "0 or more");
    victims = List.copyOf(victims);
    reasons = List.copyOf(reasons);
  }

  /** A decision that no damping changed: what was proposed is decided. */
  public ScaleDecision(
      Instant at, int from, int to, List<String> victims, long epoch, List<Reason> reasons) {
    this(at, from, to, victims, to, epoch, reasons);
  }

  /** Whether it asks for another number than before. */
  public boolean changes() {
    return from != to;
  }
}
