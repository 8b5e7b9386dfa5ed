// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler;

import dev.sinew.Expect;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.autoscaler.target.StaleDecisionException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The control loop of one service: at each tick it reads, decides, applies and remembers.
 *
 * <p>Tick it from one thread, at least once a minute: after a longer silence, and at the first
 * tick, it does not know what happened before and takes the present number for what was needed, so
 * that nothing is scaled in before a full stabilization window was seen. All else may be called from
 * any thread.
 */
public final class Autoscaler {
  /** Seven metrics of more replicas than there may be; a source that tells more is out of order. */
  private static final int MOST_SIGNALS = 100_000;

  private final ScaleTarget target;
  private final List<SignalSource> sources;
  private final long epoch;
  private volatile Memory memory;
  private final AtomicLong sourceFailures = new AtomicLong();
  private final AtomicLong witnessFailures = new AtomicLong();
  private volatile ScalePolicy policy;
  private volatile @Nullable Hold hold;
  private volatile Witness witness = (situation, decision) -> {};
  private @Nullable StaleDecisionException refusal;

  /** Is told of every decision, before it is applied: what is written first cannot be done twice. */
  @FunctionalInterface
  public interface Witness {
    /** Takes note; what it throws is counted and does not stop the loop. */
    void decided(Situation situation, ScaleDecision decision);
  }

  /** A loop that remembers nothing. */
  public Autoscaler(
      ScalePolicy policy, ScaleTarget target, List<SignalSource> sources, long epoch) {
    this(policy, target, sources, epoch, Memory.EMPTY);
  }

  /**
   * A loop that goes on where another one stopped.
   *
   * @param epoch the controller's term of office, higher than that of any before it
   */
  public Autoscaler(
      ScalePolicy policy,
      ScaleTarget target,
      List<SignalSource> sources,
      long epoch,
      Memory memory) {
    this.policy = policy;
    this.target = target;
    this.sources = List.copyOf(sources);
    this.epoch = epoch;
    this.memory = memory;
  }

  /**
   * Decides and applies what changes the number.
   *
   * @return the decision, also when it changes nothing
   * @throws StaleDecisionException if another controller has taken over; again at every later tick,
   *     and nothing is applied any more
   * @throws RuntimeException what the target throws; the decision then does not count as made
   */
  public ScaleDecision tick(Instant now) {
    if (refusal != null) {
      throw refusal;
    }
    Replicas replicas = target.replicas();
    Memory before = memory.at(now);
    if (before.silent(now)) {
      before = before.with(new Proposal(now, replicas.desired()));
    }
    Situation situation = new Situation(
        now, replicas, signals(now), before.proposals(), before.decisions(), epoch, hold);
    ScaleDecision decision = policy.decide(situation);
    tell(situation, decision);
    memory = before.with(new Proposal(now, decision.proposed()));
    if (decision.changes()) {
      apply(decision);
      memory = memory.with(decision);
    }
    return decision;
  }

  /** From the next tick on it decides by another policy; what it remembers stays. */
  public void policy(ScalePolicy other) {
    policy = other;
  }

  /** From the next tick on the number stays as it is, or with null is free again. */
  public void hold(@Nullable Hold reason) {
    hold = reason;
  }

  /** From the next tick on every decision is told to a witness, in place of the one before. */
  public void witness(Witness other) {
    witness = other;
  }

  /** What the loop remembers. */
  public Memory memory() {
    return memory;
  }

  /** How often a source failed to answer, or answered more than it can mean. */
  public long sourceFailures() {
    return sourceFailures.get();
  }

  /** How often the witness failed to take note. */
  public long witnessFailures() {
    return witnessFailures.get();
  }

  private void tell(Situation situation, ScaleDecision decision) {
    try {
      witness.decided(situation, decision);
    } catch (RuntimeException e) {
      witnessFailures.incrementAndGet();
    }
  }

  private void apply(ScaleDecision decision) {
    try {
      target.apply(decision);
    } catch (StaleDecisionException e) {
      refusal = e;
      throw e;
    }
  }

  private List<Signal> signals(Instant now) {
    List<Signal> all = new ArrayList<>();
    for (SignalSource source : sources) {
      try {
        List<Signal> read = List.copyOf(source.read(now));
        Expect.that(read.size() <= MOST_SIGNALS, "signals", read.size(), "at most 100000");
        all.addAll(read);
      } catch (RuntimeException e) {
        sourceFailures.incrementAndGet();
      }
    }
    return all;
  }
}
