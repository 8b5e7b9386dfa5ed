// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.time.Instant;
import java.util.List;

/**
 * What a {@link ProcessScaleTarget} has at one moment.
 *
 * @param desired the number of children last asked for
 * @param restarts how many children were replaced because they failed, ever
 * @param kills how many children needed SIGKILL, ever
 * @param journalFailures how often the state directory could not be written, ever
 * @param rollout how far the replacement of children of an earlier spec is, one sentence that begins
 *     with {@code stopped} if it does not get on; empty when there are none
 * @param children every child: those that count, by their place, then those that leave
 */
public record FleetStatus(
    int desired,
    long restarts,
    long kills,
    long journalFailures,
    String rollout,
    List<ChildStatus> children) {
  /** Copies the list. */
  public FleetStatus {
    children = List.copyOf(children);
  }

  /** The same with another desired number. */
  FleetStatus withDesired(int number) {
    return new FleetStatus(number, restarts, kills, journalFailures, rollout, children);
  }

  /**
   * One child.
   *
   * @param id the replica's id
   * @param pid the process id, or 0 while none runs
   * @param port the port it was given, or 0 before it has one
   * @param state where it is in its life
   * @param restarts how often its place was filled anew because the child before failed
   * @param since when it entered this state
   * @param lastFailure how the last child in its place failed, one sentence; empty if none did
   */
  public record ChildStatus(
      String id,
      long pid,
      int port,
      State state,
      long restarts,
      Instant since,
      String lastFailure) {}

  /** Where a child is in its life. */
  public enum State {
    /** About to be started, as soon as the back-off is over. */
    WAITING,
    /** Started, not ready yet. */
    STARTING,
    /** Serves. */
    READY,
    /** Served, is alive, and answers no more. */
    UNREADY,
    /** Told to leave. */
    DRAINING
  }
}
