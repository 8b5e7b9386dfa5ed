// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.decisions.LogRecord;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision that changed the number.
 *
 * @param at when
 * @param from the number before
 * @param to the number after
 * @param dryRun whether it was not to be applied
 * @param failure why it could not be applied; empty if it could
 * @param reasons each rule that changed the number or held it, in order
 */
record Change(Instant at, int from, int to, boolean dryRun, String failure, List<Reason> reasons) {
  static @Nullable Change of(LogRecord record) {
    if (record instanceof Decided decided && decided.decision().changes()) {
      ScaleDecision decision = decided.decision();
      return new Change(
          decision.at(), decision.from(), decision.to(), decided.dryRun(), "", decision.reasons());
    }
    return null;
  }

  /** These, each with why it could not be applied if one of the events tells. */
  static List<Change> withFailures(List<Change> changes, List<Event> events) {
    return changes.stream().map(change -> change.withFailure(events)).toList();
  }

  private Change withFailure(List<Event> events) {
    return events.stream()
        .filter(event -> event.kind() == Event.Kind.APPLY_FAILED && event.at().equals(at))
        .findFirst()
        .map(event -> new Change(at, from, to, dryRun, event.text(), reasons))
        .orElse(this);
  }

  boolean effective() {
    return !dryRun && failure.isEmpty();
  }

  /** The last rule's sentence: it had the last word on the number. */
  String because() {
    return reasons.isEmpty()
        ? "no rule says why"
        : reasons.get(reasons.size() - 1).because();
  }
}
