// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a channel of Sinew knows at one moment of the endpoints of its service.
 *
 * @param known endpoints that the channel connects to
 * @param ready those of them that serve: connected, healthy and not draining
 * @param retained those of the known that the source's latest list does not name
 * @param sourceAge how long ago the source handed over its last list with an endpoint in it; null if it
 *     did not since the channel was made. A source that speaks only when something changed is silent
 *     while all is well
 * @param fromSnapshot whether the endpoints come from memory or from a snapshot, because the source was
 *     silent when the channel asked it
 * @param suspiciousLists lists of the source that were not believed in full: empty, shrunk by half or
 *     more, or without any endpoint that serves
 * @param shares of all calls by {@link dev.sinew.endpoint.Endpoint#priority}; they add up to 1; empty
 *     while nothing is ready
 */
public record ChannelStats(
    int known,
    int ready,
    int retained,
    @Nullable Duration sourceAge,
    boolean fromSnapshot,
    long suspiciousLists,
    SortedMap<Integer, Double> shares) {

  /** Copies the shares. */
  public ChannelStats {
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
  }

  /** The priority of the first tier that gets calls, or -1 while nothing is ready. */
  public int tier() {
    return shares.entrySet().stream()
        .filter(tier -> tier.getValue() > 0)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(-1);
  }

  /** The share of calls that the first tier does not get, 0 to 1. */
  public double spillOver() {
    return shares.isEmpty() ? 0 : Math.max(0, 1 - shares.getOrDefault(shares.firstKey(), 0.0));
  }
}
