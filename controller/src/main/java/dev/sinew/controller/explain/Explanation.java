// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.autoscaler.demand.Demand;
import dev.sinew.autoscaler.demand.Readings;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.controller.decisions.DecisionReader;
import dev.sinew.controller.decisions.DecisionReader.Entry;
import dev.sinew.controller.decisions.DecisionReader.Found;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a service had so many replicas at one time, from its decision log.
 *
 * @param service its name
 * @param until the time in question
 * @param decided the last decision until then
 * @param settings what it followed, or null if the log does not tell
 * @param demands what each target asked for; empty if the log does not tell
 * @param outlook the next change that comes by itself, or null if none is in sight
 * @param changes the last changes of the number until then, oldest first
 * @param events the last events until then, oldest first
 * @param unread lines of the log that could not be read, and files that were refused
 */
public record Explanation(
    String service,
    Instant until,
    Decided decided,
    @Nullable Settings settings,
    List<Demand> demands,
    @Nullable Outlook outlook,
    List<Change> changes,
    List<Event> events,
    List<String> unread) {
  private static final int EVENTS = 8;

  /** Copies the lists. */
  public Explanation {
    demands = List.copyOf(demands);
    changes = List.copyOf(changes);
    events = List.copyOf(events);
    unread = List.copyOf(unread);
  }

  /**
   * Reads what is needed of a log.
   *
   * @param until the time in question
   * @param changes how many of the last changes to tell, 1 or more
   * @return null if the log has no decision until then
   * @throws IOException if the log cannot be read
   */
  public static @Nullable Explanation read(
      DecisionReader log, String service, Instant until, int changes) throws IOException {
    Found<Entry> latest = log.last(
        1, entry -> entry.record() instanceof Decided && counts(entry, until) ? entry : null);
    if (latest.found().isEmpty() || !(latest.found().get(0).record() instanceof Decided decided)) {
      return null;
    }
    Found<Event> events = log.lastOutlines(
        EVENTS,
        entry -> entry.record() instanceof Event event && counts(entry, until) ? event : null);
    Found<Change> changed =
        log.lastOutlines(changes, entry -> counts(entry, until) ? Change.of(entry.record()) : null);
    Settings settings = latest.found().get(0).settings();
    PolicySettings policy = settings == null || decided.brief() ? null : settings.policy();
    return new Explanation(
        service,
        until,
        decided,
        settings,
        policy == null ? List.of() : demands(policy, decided.situation()),
        policy == null ? null : Outlook.of(policy, decided.situation()),
        Change.withFailures(changed.found(), events.found()),
        events.found(),
        latest.tally().remarks());
  }

  private static boolean counts(Entry entry, Instant until) {
    return !entry.record().at().isAfter(until);
  }

  private static List<Demand> demands(PolicySettings settings, Situation situation) {
    Readings readings = Readings.of(
        situation.signals(), situation.replicas(), situation.now(), settings.freshness());
    return settings.targets().stream()
        .map(target -> target.demand(situation.replicas(), readings))
        .toList();
  }

  /** Why the last decision could not be applied, or null if it could. */
  @Nullable String failure() {
    return events.stream()
        .filter(event -> event.kind() == Event.Kind.APPLY_FAILED)
        .filter(event -> event.at().equals(decided.at()))
        .map(Event::text)
        .findFirst()
        .orElse(null);
  }

  /** How many replicas were wanted: what was decided, unless that had no effect. */
  int number() {
    boolean without = decided.dryRun() || failure() != null;
    return without ? decided.decision().from() : decided.decision().to();
  }

  /** When the number became what it is, or null if the log does not tell. */
  @Nullable Instant since() {
    for (int i = changes.size() - 1; i >= 0; i--) {
      Change change = changes.get(i);
      if (change.effective()) {
        return change.to() == number() ? change.at() : null;
      }
    }
    return null;
  }
}
