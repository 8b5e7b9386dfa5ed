// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.explain;

import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The next change that comes by itself if the signals stay as they are: the policy is asked again at
 * each time at which it forgets an earlier proposal or decision.
 *
 * @param at when
 * @param to the number then
 */
record Outlook(Instant at, int to) {
  /** Each costs a decision; the nearest ones matter. */
  private static final int MOST_TIMES = 500;

  /** Null if it stays, within the hour that any rule looks back. */
  static @Nullable Outlook of(PolicySettings settings, Situation situation) {
    ScalePolicy policy = ScalePolicy.of(settings);
    ScaleDecision present = policy.decide(situation);
    List<Proposal> recent = new ArrayList<>(situation.recent());
    recent.add(new Proposal(situation.now(), present.proposed()));
    for (Instant time : times(settings, situation)) {
      ScaleDecision then = policy.decide(at(time, situation, recent));
      if (then.changes()) {
        return new Outlook(time, then.to());
      }
    }
    return null;
  }

  private static List<Instant> times(PolicySettings settings, Situation situation) {
    SortedSet<Instant> times = new TreeSet<>();
    Instant now = situation.now();
    if (situation.hold() != null) {
      times.add(now);
    }
    for (Proposal proposal : situation.recent()) {
      add(times, now, proposal.at(), settings.stabilization().outWindow());
      add(times, now, proposal.at(), settings.stabilization().inWindow());
    }
    for (ScaleDecision decision : situation.decisions()) {
      add(times, now, decision.at(), settings.steps().out().period());
      add(times, now, decision.at(), settings.steps().in().period());
    }
    return times.stream().limit(MOST_TIMES).toList();
  }

  private static void add(SortedSet<Instant> times, Instant now, Instant from, Duration window) {
    Instant time = from.plus(window).plusNanos(1);
    if (time.isAfter(now)) {
      times.add(time);
    }
  }

  /** The same load later, held by nobody. */
  private static Situation at(Instant time, Situation situation, List<Proposal> recent) {
    Duration passed = Duration.between(situation.now(), time);
    List<Signal> signals = situation.signals().stream()
        .map(signal -> new Signal(
            signal.metric(),
            signal.replica(),
            signal.value(),
            signal.at().plus(passed),
            signal.origin()))
        .toList();
    return new Situation(
        time, situation.replicas(), signals, recent, situation.decisions(), situation.epoch());
  }
}
