// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.Memory;
import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.controller.config.LogLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A control loop over virtual time in a world that is out of joint: replicas come, go and fall silent,
 * signals are old, doubled, absurd or of strangers, the clock is set, people pause, settings change.
 */
public final class SimulatedRun implements ScaleTarget {
  public static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final List<PolicySettings> SETTINGS = List.of(
      PolicySettings.of(2, 30, Target.requestsPerReplica(100), Target.cpu(0.7)),
      PolicySettings.of(
              1, 12, Target.utilization(0.63), Target.requestsPerReplica(90).from("prometheus"))
          .withStabilization(new Stabilization(Duration.ofSeconds(30), Duration.ofMinutes(2))),
      PolicySettings.of(3, 20, Target.inFlight(8.25), Target.requestsPerReplica(130.5))
          .withFreshness(Duration.ofSeconds(40)));

  private final Random random;
  private final DecisionRecorder recorder;
  private final List<Replica> replicas = new ArrayList<>();
  private final Autoscaler autoscaler;
  private Instant now = START;
  private int number;
  private int started;
  private double load = 300;

  /** A world of its own for each seed. */
  public SimulatedRun(long seed, DecisionLog log) {
    this(seed, log, Memory.EMPTY, 2);
  }

  SimulatedRun(long seed, DecisionLog log, Memory memory, int replicas) {
    this.random = new Random(seed);
    this.recorder = new DecisionRecorder(log, false);
    this.autoscaler =
        new Autoscaler(ScalePolicy.of(SETTINGS.get(0)), this, List.of(this::read), 7, memory);
    autoscaler.witness(recorder);
    recorder.settings(now, "digest-0", SETTINGS.get(0));
    resize(replicas, List.of());
  }

  /** A log that does not wait for the disk. */
  public static DecisionLog log(Path folder, LogLimits limits) throws IOException {
    return DecisionLog.open(folder, "orders", limits, new FailingDisk());
  }

  public static PolicySettings settings() {
    return SETTINGS.get(0);
  }

  public Autoscaler autoscaler() {
    return autoscaler;
  }

  public Instant now() {
    return now;
  }

  /** Ticks so often, somewhat more than a second apart. */
  public void ticks(int count) {
    for (int i = 0; i < count; i++) {
      now = now.plusNanos(700_000_000L + random.nextInt(1_500_000_000));
      mischief();
      load = Math.max(0, load * (0.9 + 0.2 * random.nextDouble()) + random.nextInt(21) - 9);
      replicas.replaceAll(this::aged);
      replicas.removeIf(
          replica -> replica.state() == Replica.State.DRAINING && random.nextInt(20) == 0);
      try {
        autoscaler.tick(now);
      } catch (IllegalStateException e) {
        recorder.applyFailed(failed, String.valueOf(e.getMessage()));
      }
    }
  }

  private ScaleDecision failed = new ScaleDecision(START, 0, 0, List.of(), 0, List.of());

  private void mischief() {
    switch (random.nextInt(150)) {
      case 0 -> now = now.minusSeconds(random.nextInt(400));
      case 1 -> now = now.plusSeconds(random.nextInt(4000));
      case 2 -> {
        Hold hold = new Hold("eve\ud800\u202e", "because \"\n\u591c", now);
        autoscaler.hold(hold);
        recorder.event(now, LogRecord.Event.Kind.PAUSED, hold.by(), hold.why());
      }
      case 3, 4, 5 -> autoscaler.hold(null);
      case 6 -> {
        int which = random.nextInt(SETTINGS.size());
        autoscaler.policy(ScalePolicy.of(SETTINGS.get(which)));
        recorder.settings(now, "digest-" + which, SETTINGS.get(which));
      }
      case 7 -> load = random.nextInt(3000);
      case 8 -> number = Math.max(0, number + random.nextInt(5) - 2);
      default -> {}
    }
  }

  private Replica aged(Replica replica) {
    boolean starts = replica.state() == Replica.State.STARTING && random.nextInt(10) == 0;
    return starts
        ? new Replica(replica.id(), Replica.State.READY, replica.startedAt(), now)
        : replica;
  }

  @Override
  public Replicas replicas() {
    return new Replicas(number, replicas);
  }

  @Override
  public void apply(ScaleDecision decision) {
    if (random.nextInt(10) == 0) {
      failed = decision;
      throw new IllegalStateException("no room for " + decision.to());
    }
    resize(decision.to(), decision.victims());
  }

  private void resize(int to, List<String> victims) {
    replicas.replaceAll(replica -> victims.contains(replica.id())
        ? new Replica(replica.id(), Replica.State.DRAINING, replica.startedAt(), replica.readyAt())
        : replica);
    while (replicas.size() < to) {
      replicas.add(new Replica("örders-" + started++, Replica.State.STARTING, now, null));
    }
    number = to;
  }

  private List<Signal> read(Instant at) {
    List<Signal> signals = new ArrayList<>();
    double each = load / Math.max(1, replicas.size());
    for (Replica replica : replicas) {
      if (random.nextInt(40) > 0) {
        Instant then = at.minusNanos(random.nextInt(1_000_000_000));
        signals.add(new Signal(Metric.CALLS_PER_SECOND, replica.id(), each, then));
        signals.add(new Signal(Metric.UTILIZATION, replica.id(), Math.min(1, each / 180), then));
        signals.add(new Signal(Metric.CPU, replica.id(), random.nextDouble(), then));
        signals.add(new Signal(Metric.IN_FLIGHT, replica.id(), random.nextInt(20), then));
      }
    }
    switch (random.nextInt(30)) {
      case 0 -> signals.add(new Signal(Metric.CALLS_PER_SECOND, null, load * 1.1, at));
      case 1 -> signals.add(new Signal(Metric.CPU, "stranger", 1e300, at));
      case 2 -> signals.add(new Signal(Metric.CPU, "örders-0", Double.MIN_VALUE, Instant.MAX));
      case 3 -> signals.add(new Signal(Metric.CPU, "örders-0", 0.4, Instant.MIN));
      case 4 -> signals.addAll(List.copyOf(signals));
      case 5 -> signals.add(new Signal(Metric.IN_FLIGHT, "örders-1", -0.0, at));
      case 6 -> signals.clear();
      case 7 -> signals.add(new Signal(Metric.IN_FLIGHT, "örders-0", 30, at, "haproxy"));
      case 8 -> signals.add(new Signal(Metric.CALLS_PER_SECOND, null, load, at, "prometheus"));
      default -> {}
    }
    return signals;
  }
}
