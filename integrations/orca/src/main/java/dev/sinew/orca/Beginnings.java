// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Lets streams begin a few at a time, as fast as the machine connects them.
 *
 * <p>A thousand connections begun at once on a busy machine all take longer than any of them waits; they
 * are given up, begun anew, and none is ever made. So only so many are under way. One that neither
 * succeeds nor fails gives its place to the next after a second, or replicas that do not answer would
 * keep the others waiting.
 *
 * <p>Confined to one thread.
 */
final class Beginnings {
  static final int MOST_UNDER_WAY = 64;

  private final Executor next;
  private final Consumer<Runnable> afterASecond;
  private final Queue<Consumer<Runnable>> waiting = new ArrayDeque<>();
  private int underWay;

  /**
   * Begins in a thread.
   *
   * @param next runs a task in it, after those that are due
   * @param afterASecond runs a task in it a second later
   */
  Beginnings(Executor next, Consumer<Runnable> afterASecond) {
    this.next = next;
    this.afterASecond = afterASecond;
  }

  /** Adds one to be begun; it is handed what it shall run when it has succeeded or failed. */
  void add(Consumer<Runnable> beginning) {
    waiting.add(beginning);
    admit();
  }

  private void admit() {
    if (underWay < MOST_UNDER_WAY && !waiting.isEmpty()) {
      underWay++;
      next.execute(this::begin);
    }
  }

  private void begin() {
    Place place = new Place();
    Consumer<Runnable> beginning = waiting.poll();
    if (beginning == null) {
      place.leave();
      return;
    }
    afterASecond.accept(place::leave);
    beginning.accept(place::leave);
  }

  /** One of those that may be under way. */
  private final class Place {
    private boolean left;

    void leave() {
      if (!left) {
        left = true;
        underWay--;
        admit();
      }
    }
  }
}
