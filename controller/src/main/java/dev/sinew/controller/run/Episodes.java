// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.fleet.DecisionView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
    List<String> now = rules(decision.reasons());
    if (!decision.changes() && now.equals(rules)) {
      return false;
    }
    rules = now;
    DecisionView view = DecisionView.of(decision, situation.replicas().ready());
    latest.addLast(view);
    if (latest.size() > MOST) {
      latest.removeFirst();
    }
    if (decision.changes()) {
      change = view;
    }
    return true;
  }

  /** Puts what earlier runs decided, oldest first, before all that is known; the oldest give way. */
  synchronized void addBefore(List<DecisionView> earlier) {
    List<DecisionView> kept = new ArrayList<>();
    List<String> before = List.of("");
    for (DecisionView view : earlier) {
      List<String> now = rules(view.reasons());
      if (view.from() != view.to() || !now.equals(before)) {
        kept.add(view);
      }
      before = now;
    }
    Collections.reverse(kept);
    for (DecisionView view : kept) {
      if (latest.size() < MOST) {
        latest.addFirst(view);
      }
      if (change == null && view.from() != view.to()) {
        change = view;
      }
    }
  }

  private static List<String> rules(List<Reason> reasons) {
    return reasons.stream().map(Reason::rule).toList();
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
