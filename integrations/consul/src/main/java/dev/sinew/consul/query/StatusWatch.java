// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

/**
 * What queries about failing instances have told, and how far they are trusted.
 *
 * <p>They are small, so they tell of a status before the whole list does; the list decides. Each time
 * they fail, contradict it or do not wait as they should, they rest while whole lists are waited for: one
 * at first, then 3, 7, … and up to 1 023 of them, until a good answer clears the record. An agent that
 * knows no such queries is never asked again.
 */
public final class StatusWatch {
  private static final int MOST_DOUBTS = 10;

  private long index;
  private Instances failing = Instances.NONE;
  private int doubts;
  private int rest;
  private boolean unknown;

  /** Whether to ask. */
  public boolean usable() {
    return !unknown && rest == 0;
  }

  /** The index of the last good answer, or 0 when there is none to go on from. */
  public long index() {
    return index;
  }

  /** Which instances failed then. */
  public Instances failing() {
    return failing;
  }

  /**
   * Takes over a good answer.
   *
   * @return those that failed before and do so no more: they pass, or they are gone
   */
  public Instances heard(long newIndex, Instances nowFailing) {
    Instances better = failing.without(nowFailing);
    index = newIndex;
    failing = nowFailing;
    return better;
  }

  /** An answer was borne out, by a list or by having waited as long as it should. */
  public void borneOut() {
    doubts = 0;
  }

  /** An answer was missing or cannot have been true. */
  public void doubt() {
    doubts = Math.min(doubts + 1, MOST_DOUBTS);
    rest = (1 << doubts) - 1;
    restart();
  }

  /** A query for the whole list has waited in place of one of these. */
  public void rested() {
    rest = Math.max(0, rest - 1);
  }

  /** Begins again without an index, with another agent or one that has lost its memory. */
  public void restart() {
    index = 0;
    failing = Instances.NONE;
  }

  /** The agent knows no such queries. */
  public void unknown() {
    unknown = true;
    restart();
  }
}
