// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.StaleDecisionException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ProcessScaleTarget} was asked for and its {@link Fleet} has not taken yet; for several
 * threads.
 */
final class Orders {
  private long epoch = Long.MIN_VALUE;
  private int desired;
  private @Nullable Set<String> victims;
  private @Nullable ProcessSpec spec;

  /**
   * What was asked for since the last time.
   *
   * @param desired the latest number, wanted anew only if there are victims
   * @param epoch of the latest decision
   * @param victims null if no decision has come
   * @param spec null if no other has come
   */
  record Taken(
      int desired,
      long epoch,
      @Nullable List<String> victims,
      @Nullable ProcessSpec spec) {}

  synchronized int desired() {
    return desired;
  }

  /** Continues from an earlier fleet. */
  synchronized void resume(int number, long latestEpoch) {
    desired = number;
    epoch = latestEpoch;
  }

  /** All shall go; nobody is asked for it. */
  synchronized void none() {
    desired = 0;
  }

  /**
   * Decisions that come faster than they are taken are one: the latest number, the latest victims
   * first.
   *
   * @throws StaleDecisionException if a later epoch has decided
   */
  synchronized void decide(ScaleDecision decision) {
    if (decision.epoch() < epoch) {
      throw new StaleDecisionException(decision.epoch(), epoch);
    }
    epoch = decision.epoch();
    desired = decision.to();
    Set<String> all = new LinkedHashSet<>(decision.victims());
    if (victims != null) {
      all.addAll(victims);
    }
    victims = all;
  }

  synchronized void update(ProcessSpec next) {
    spec = next;
  }

  synchronized Taken take() {
    Taken taken = new Taken(desired, epoch, victims == null ? null : List.copyOf(victims), spec);
    victims = null;
    spec = null;
    return taken;
  }
}
