// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.Expect;
import java.time.Instant;

/**
 * A number that the targets asked for at one time, before damping; stabilization looks back at
 * these.
 *
 * @param at when
 * @param replicas how many
 */
public record Proposal(Instant at, int replicas) {
  /** Checks the number. */
  public Proposal {
    Expect.that(replicas >= 0, "proposal.replicas", replicas, "0 or more");
  }
}
