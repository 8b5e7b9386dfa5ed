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
 * @param children every child: those that count, by their place, then those that leave
 */
public record FleetStatus(int desired, long restarts, long kills, List<ChildStatus> children) {
  /** Copies the list. */
  public FleetStatus {
    children = List.copyOf(children);
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
