// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.target;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One replica as its target sees it.
 *
 * @param id the id that its endpoint and its signals carry, too
 * @param state where it is in its life
 * @param startedAt when it was started
 * @param readyAt when it became ready, or null if it has not been
 */
public record Replica(
    String id, State state, Instant startedAt, @Nullable Instant readyAt) {
  /** Where a replica is in its life. */
  public enum State {
    /** Started, or about to be started again; does not serve yet. */
    STARTING,
    /** Serves. */
    READY,
    /** Told to leave; finishes what it has. */
    DRAINING
  }
}
