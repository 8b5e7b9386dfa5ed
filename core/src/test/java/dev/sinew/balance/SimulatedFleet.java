// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static dev.sinew.balance.FakeNode.MILLI;
import static dev.sinew.balance.FakeNode.SECOND;
import static java.util.Objects.requireNonNull;

import dev.sinew.load.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * One client that calls some replicas at a steady rate, in arithmetic: a replica serves eight calls at a
 * time, the others wait.
 */
final class SimulatedFleet {
  static final int WORKERS = 8;

  private final List<Replica> replicas = new ArrayList<>();
  private final PriorityQueue<Ending> endings =
      new PriorityQueue<>(Comparator.comparingLong(Ending::atNanos));
  private final Balancer balancer = Balancer.leastResponseTime();
  private final Random random;
  private long nowNanos = SECOND;

  SimulatedFleet(long seed) {
    random = new Random(seed);
  }

  /** Replicas that answer in 20 ms, give or take a fifth. */
  SimulatedFleet addOrdinary(int count) {
    for (int i = 0; i < count; i++) {
      add((number, noise) -> Answer.success(20 * MILLI, noise));
    }
    return this;
  }

  Replica add(Behaviour behaviour) {
    Replica replica = new Replica(FakeNode.of(replicas.size()), behaviour);
    replicas.add(replica);
    return replica;
  }

  /** Calls at a rate for so long; counts anew how often each replica was picked. */
  void run(int callsPerSecond, long nanos) {
    replicas.forEach(replica -> replica.picks = 0);
    Picker<FakeNode> picker =
        balancer.picker(replicas.stream().map(Replica::node).toList(), nowNanos);
    long begin = nowNanos;
    for (long call = 1; nowNanos < begin + nanos; call++) {
      nowNanos = begin + call * SECOND / callsPerSecond;
      endUntilNow();
      FakeNode picked = requireNonNull(picker.pick(Call.ANY, nowNanos, random));
      replicas.stream()
          .filter(replica -> replica.node.equals(picked))
          .forEach(replica -> endings.add(replica.call(nowNanos, random.nextDouble())));
    }
  }

  private void endUntilNow() {
    for (Ending next = endings.peek();
        next != null && next.atNanos <= nowNanos;
        next = endings.peek()) {
      endings.remove();
      next.node.load().completed(next.atNanos, next.atNanos - next.startNanos, next.outcome, null);
    }
  }

  /** How long a replica works on its n-th call, from 0, and how it ends. */
  @FunctionalInterface
  interface Behaviour {
    Answer answer(int number, double noise);
  }

  record Answer(long nanos, Outcome outcome) {
    /** Between four and six fifths of a time, by a noise within [0, 1). */
    static Answer success(long nanos, double noise) {
      return new Answer((long) (nanos * (0.8 + 0.4 * noise)), Outcome.SUCCESS);
    }
  }

  private record Ending(long atNanos, long startNanos, FakeNode node, Outcome outcome) {}

  static final class Replica {
    private final FakeNode node;
    private final Behaviour behaviour;
    private final long[] freeNanos = new long[WORKERS];
    private int number;
    private int mostPending;
    private int picks;

    Replica(FakeNode node, Behaviour behaviour) {
      this.node = node;
      this.behaviour = behaviour;
    }

    FakeNode node() {
      return node;
    }

    /** How often it was picked in the last run. */
    int picks() {
      return picks;
    }

    /** The most calls that were in flight to it at once. */
    int mostPending() {
      return mostPending;
    }

    private Ending call(long nowNanos, double noise) {
      node.load().started(nowNanos);
      mostPending = Math.max(mostPending, node.load().pending());
      picks++;
      Answer answer = behaviour.answer(number++, noise);
      Arrays.sort(freeNanos);
      freeNanos[0] = Math.max(nowNanos, freeNanos[0]) + answer.nanos();
      return new Ending(freeNanos[0], nowNanos, node, answer.outcome());
    }
  }
}
