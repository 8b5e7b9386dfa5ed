// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Picks a node for each call from an unchanging list; safe for any number of threads.
 *
 * <p>A pick takes a bounded number of steps, allocates nothing and never waits, whatever the nodes
 * report.
 *
 * @param <N> the transport's node
 */
@FunctionalInterface
public interface Picker<N extends Node> {
  /** Picks a node, or null if the call excludes all of them. */
  @Nullable N pick(Call call, long nowNanos, RandomGenerator random);
}
