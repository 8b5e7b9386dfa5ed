// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How calls are spread over tiers.
 *
 * @param shares by priority; they add up to 1
 * @param awaiting whether calls shall wait for the first tier, which is connected to for the first time
 */
public record Spread(SortedMap<Integer, Double> shares, boolean awaiting) {
  /** Copies the shares. */
  public Spread {
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
  }

  /** The share of a tier; 0 if there is no such tier. */
  public double share(int priority) {
    return shares.getOrDefault(priority, 0.0);
  }
}
