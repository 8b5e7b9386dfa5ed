// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.controller.dashboard.LiveEvent;
import dev.sinew.controller.dashboard.LiveHistory;
import dev.sinew.controller.dashboard.LivePoint;
import dev.sinew.controller.dashboard.LiveStatus;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView.ControllerView;
import dev.sinew.controller.fleet.ServiceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One service over time, as its page and its row of the overview draw it; one thread records. */
final class ServiceHistory {
  private final LiveHistory history;
  private final Instant origin;
  private final RecentLine line = new RecentLine();
  private volatile Row row;
  private @Nullable Instant decidedAt;
  private @Nullable Hold hold;
  private boolean troubled;
  private double lastSeconds;
  private double shift; // what a clock that was set back has lost

  /**
   * Begins with what is.
   *
   * @param origin second 0 of the history; decisions before it are not told
   */
  ServiceHistory(LiveHistory history, Instant origin, ServiceView first) {
    this.history = history;
    this.origin = origin;
    this.row = new Row(first, line.values(), line.period());
    this.hold = first.hold();
    this.decidedAt = first.lastDecision() == null ? null : first.lastDecision().at();
  }

  LiveHistory history() {
    return history;
  }

  Row row() {
    return row;
  }

  void record(ServiceView now, ControllerView controller, boolean alone, Instant at) {
    double seconds = later(at);
    double calls = now.callsPerSecond();
    double failed = now.errorsPerSecond();
    history.add(new LivePoint(
        seconds,
        calls,
        Double.isNaN(failed) ? calls : Math.max(0, calls - failed),
        failed,
        Double.NaN,
        Double.NaN,
        now.desired(),
        now.ready(),
        now.starting(),
        now.draining(),
        now.utilization()));
    history.replicas(now.replicas());
    history.status(status(now, controller, alone));
    events(now, seconds);
    line.add(calls, (long) seconds);
    Row before = row;
    boolean same = before.period == line.period();
    row = new Row(now, same ? before.line : line.values(), line.period());
  }

  private void events(ServiceView now, double seconds) {
    DecisionView last = now.lastDecision();
    if (last != null && !last.at().equals(decidedAt)) {
      decidedAt = last.at();
      history.add(LiveEvent.decision(secondsAt(last.at()), last.from(), last.to(), sentence(last)));
    }
    if (!Objects.equals(now.hold(), hold)) {
      hold = now.hold();
      history.add(
          LiveEvent.event(seconds, hold == null ? "Resumed" : Notices.notes(now).get(0)));
    }
    if (now.troubles().isEmpty() == troubled) {
      troubled = !now.troubles().isEmpty();
      history.add(
          troubled
              ? LiveEvent.fault(seconds, now.troubles().get(0))
              : LiveEvent.event(seconds, "No more troubles"));
    }
  }

  /** The time axis goes on, whatever becomes of the clock. */
  private double later(Instant at) {
    double seconds = secondsAt(at);
    if (seconds <= lastSeconds) {
      shift += lastSeconds + 1 - seconds;
      seconds = lastSeconds + 1;
    }
    lastSeconds = seconds;
    return seconds;
  }

  private double secondsAt(Instant at) {
    return Math.max(0, (at.toEpochMilli() - origin.toEpochMilli()) / 1000.0 + shift);
  }

  private static LiveStatus status(ServiceView now, ControllerView controller, boolean alone) {
    List<String> troubles = new ArrayList<>(Notices.troubles(controller));
    troubles.addAll(now.troubles());
    List<String> notes = new ArrayList<>(Notices.notes(controller));
    notes.addAll(Notices.notes(now));
    return new LiveStatus(now.state(), now.min(), now.max(), alone, troubles, notes, now.now());
  }

  /** Why a decision was made: its last rule's words, since that rule made the number. */
  static String sentence(DecisionView decision) {
    List<Reason> reasons = decision.reasons();
    return reasons.isEmpty()
        ? "no reason recorded"
        : reasons.get(reasons.size() - 1).because();
  }

  /** A service now and in the last ten minutes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(ServiceView service, double[] line, long period) {}
}
