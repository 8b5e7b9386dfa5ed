// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * What another loop would have decided of the same fleet; nobody acts upon it. The number that it changes
 * is its own, or it could only ever agree with a loop that is faster.
 */
final class Beside {
  private static final int MOST = 10_000;

  private final Autoscaler autoscaler;
  private final List<DemoResult.Decision> decisions = new CopyOnWriteArrayList<>();
  private int desired;

  Beside(ScalePolicy policy, Supplier<Replicas> replicas, SignalSource signals) {
    ScaleTarget watched = new ScaleTarget() {
      @Override
      public Replicas replicas() {
        return new Replicas(desired, replicas.get().all());
      }

      @Override
      public void apply(ScaleDecision decision) {
        desired = decision.to();
      }
    };
    autoscaler = new Autoscaler(policy, watched, List.of(signals), 1);
  }

  void tick(Instant now, double atSeconds) {
    ScaleDecision decision = autoscaler.tick(now);
    if (decision.changes() && decisions.size() < MOST) {
      decisions.add(
          new DemoResult.Decision(atSeconds, decision.from(), decision.to(), decision.reasons()));
    }
  }

  /** What it would have done, oldest first. */
  List<DemoResult.Decision> decisions() {
    return List.copyOf(decisions);
  }
}
