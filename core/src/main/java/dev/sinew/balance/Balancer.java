// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import dev.sinew.Expect;
import java.util.List;

/**
 * A balancing policy: makes a {@link Picker} for the nodes that are ready.
 *
 * <p>Each channel has a Balancer of its own. It is the catalogue of the policies, too: every one is a
 * static method here.
 */
public interface Balancer {
  /** The policy's name in configuration, as {@code round_robin}. */
  String name();

  /**
   * Makes a picker over nodes that are ready.
   *
   * @param ready at least one node
   */
  <N extends Node> Picker<N> picker(List<N> ready, long nowNanos);

  /** How often a picker is to be rebuilt although the nodes did not change; 0 is never. */
  default long refreshNanos() {
    return 0;
  }

  /** Each node in turn. */
  static Balancer roundRobin() {
    return new RoundRobin();
  }

  /** Any node, each with the same chance. */
  static Balancer random() {
    return new RandomChoice();
  }

  /** In proportion to the capacity that the replicas' load reports show. */
  static Balancer weightedRoundRobin() {
    return new WeightedRoundRobin();
  }

  /** The node that is expected to answer first, among a few drawn at random. */
  static Balancer leastResponseTime() {
    return new LeastResponseTime();
  }

  /** The names that {@link #named} knows. */
  static List<String> names() {
    return List.of("least_response_time", "random", "round_robin", "weighted_round_robin");
  }

  /**
   * A new balancer of the named policy.
   *
   * @throws IllegalArgumentException if there is no such policy
   */
  static Balancer named(String name) {
    return switch (name) {
      case "least_response_time" -> leastResponseTime();
      case "random" -> random();
      case "round_robin" -> roundRobin();
      case "weighted_round_robin" -> weightedRoundRobin();
      default ->
        throw new IllegalArgumentException(Expect.message("policy", name, "one of " + names()));
    };
  }
}
