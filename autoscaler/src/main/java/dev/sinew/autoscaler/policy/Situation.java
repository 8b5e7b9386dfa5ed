// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision depends on: the same situation gives the same decision.
 *
 * @param now the present
 * @param replicas what the target has
 * @param signals the fresh signals; what is missing is unknown
 * @param recent earlier proposals, oldest first, as far back as any rule looks
 * @param decisions earlier decisions that changed the number, oldest first, as far back as any rule looks
 * @param epoch the controller's term of office
 * @param hold why the number must not change now, or null if it may
 */
public record Situation(
    Instant now,
    Replicas replicas,
    List<Signal> signals,
    List<Proposal> recent,
    List<ScaleDecision> decisions,
    long epoch,
    @Nullable Hold hold) {
  /** Copies the lists. */
  public Situation {
    signals = List.copyOf(signals);
    recent = List.copyOf(recent);
    decisions = List.copyOf(decisions);
  }

  /** A situation in which nobody holds the number. */
  public Situation(
      Instant now,
      Replicas replicas,
      List<Signal> signals,
      List<Proposal> recent,
      List<ScaleDecision> decisions,
      long epoch) {
    this(now, replicas, signals, recent, decisions, epoch, null);
  }
}
