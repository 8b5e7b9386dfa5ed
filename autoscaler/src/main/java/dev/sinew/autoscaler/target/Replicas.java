// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.target;

import dev.sinew.Expect;
import java.util.List;

/**
 * What a target has: the number it was asked for and the replicas that exist.
 *
 * @param desired the number last asked for
 * @param all every replica that exists, draining ones included
 */
public record Replicas(int desired, List<Replica> all) {
  /** Checks the number and copies the list. */
  public Replicas {
    Expect.that(desired >= 0, "replicas.desired", desired, "0 or more");
    all = List.copyOf(all);
  }

  /** The replicas in one state. */
  public List<Replica> in(Replica.State state) {
    return all.stream().filter(replica -> replica.state() == state).toList();
  }

  /** How many serve. */
  public int ready() {
    return in(Replica.State.READY).size();
  }
}
