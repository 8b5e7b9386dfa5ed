// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.controller.decisions.LogRecord.Decided;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Records for tests. */
final class Samples {
  private Samples() {}

  static Instant at(int second) {
    return SimulatedRun.START.plusSeconds(second);
  }

  /** A fleet of so many replicas, all seven metrics of each, with as many digits as real ones. */
  static Decided decided(int replicas, int second) {
    Random random = new Random(replicas + 31L * second);
    Instant now = at(second);
    List<Replica> all = new ArrayList<>();
    List<Signal> signals = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      String id = "orders-k3f9-" + i;
      Instant started = at(-5000 + i).plusNanos(i * 131_071L);
      all.add(new Replica(id, Replica.State.READY, started, started.plusNanos(1_234_567_890)));
      Instant then = now.minusNanos(random.nextInt(1_000_000_000));
      for (Metric metric : Metric.values()) {
        signals.add(new Signal(metric, id, random.nextDouble(), then));
      }
    }
    List<Proposal> recent = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      recent.add(new Proposal(at(second - 30 + i), 3 + (second + i) % 2));
    }
    Situation situation =
        new Situation(now, new Replicas(replicas, all), signals, recent, List.of(), 3);
    return new Decided(
        situation, ScalePolicy.of(SimulatedRun.settings()).decide(situation), false, false);
  }
}
