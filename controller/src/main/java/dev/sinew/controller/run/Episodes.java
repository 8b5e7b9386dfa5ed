// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.fleet.DecisionView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest decisions that said something new, at most 1000; any thread may ask. */
final class Episodes {
  static final int MOST = 1000;

  private final Deque<DecisionView> latest = new ArrayDeque<>();
  private @Nullable DecisionView change;
  private List<String> rules = List.of("");

  /**
   * Takes a decision in.
   *
   * @return whether it is kept: it changes the number, or other rules had a say than the time before
   */
  synchronized boolean add(Situation situation, ScaleDecision decision) {
    List<String> now = decision.reasons().stream().map(Reason::rule).toList();
    if (!decision.changes() && now.equals(rules)) {
      return false;
    }
    rules = now;
    add(DecisionView.of(decision, situation.replicas().ready()));
    return true;
  }

  /** Takes in one of an earlier run. */
  synchronized void add(DecisionView view) {
    latest.addLast(view);
    if (latest.size() > MOST) {
      latest.removeFirst();
    }
    if (view.from() != view.to()) {
      change = view;
    }
  }

  /** The latest that changed the number, or null. */
  synchronized @Nullable DecisionView change() {
    return change;
  }

  /** So many of the latest, newest last. */
  synchronized List<DecisionView> last(int count) {
    List<DecisionView> all = new ArrayList<>(latest);
    return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
  }
}
