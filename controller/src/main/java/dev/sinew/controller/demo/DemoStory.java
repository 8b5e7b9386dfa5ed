// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.controller.dashboard.LiveEvent;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.load.LoadShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A demo's result with what only its page tells.
 *
 * @param startedAt second 0
 * @param events what happened besides faults and decisions
 * @param replicas as they were at the end
 */
record DemoStory(
    DemoResult result, Instant startedAt, List<LoadShape.Event> events, List<ReplicaRow> replicas) {
  DemoStory {
    events = List.copyOf(events);
    replicas = List.copyOf(replicas);
  }

  /** All that happened, oldest first. */
  List<LiveEvent> inOrder() {
    List<LiveEvent> all = new ArrayList<>();
    events.forEach(event -> all.add(LiveEvent.event(event.atSeconds(), event.name())));
    result.faults().forEach(fault -> all.add(event(fault)));
    result.decisions().forEach(decision -> all.add(event(decision)));
    all.sort(Comparator.comparingDouble(LiveEvent::atSeconds));
    return all;
  }

  static LiveEvent event(DemoResult.Fault fault) {
    return LiveEvent.fault(fault.atSeconds(), fault.kind() + " " + fault.replica());
  }

  static LiveEvent event(DemoResult.Decision decision) {
    return LiveEvent.decision(
        decision.atSeconds(), decision.from(), decision.to(), DemoSummary.because(decision));
  }
}
