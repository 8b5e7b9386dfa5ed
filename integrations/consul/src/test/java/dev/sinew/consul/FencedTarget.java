// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import java.util.ArrayList;
import java.util.List;

/** Whatever several candidates act upon: it refuses an epoch below the greatest that it has seen. */
final class FencedTarget {
  private final List<Action> actions = new ArrayList<>();
  private long greatest;

  /** What somebody asked for, and whether it was done. */
  record Action(String holder, long epoch, boolean applied) {}

  synchronized void act(String holder, long epoch) {
    boolean applied = epoch >= greatest;
    greatest = Math.max(greatest, epoch);
    actions.add(new Action(holder, epoch, applied));
  }

  /** What a candidate asked for, in order. */
  synchronized List<Action> by(String holder) {
    return actions.stream().filter(action -> action.holder().equals(holder)).toList();
  }

  /** The last epoch of a candidate, or 0. */
  long epoch(String holder) {
    List<Action> all = by(holder);
    return all.isEmpty() ? 0 : all.get(all.size() - 1).epoch();
  }
}
