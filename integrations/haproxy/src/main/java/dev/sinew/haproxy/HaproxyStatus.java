// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one HAProxy stands to what a sink wants of it.
 *
 * @param haproxy its Runtime API, as {@code unix:/run/haproxy.sock}
 * @param version empty until it has answered
 * @param error what is wrong, one line; empty when well
 * @param failures how often it could not be asked, or refused what it was told, so far
 * @param lastGood when it last was what is wanted, or on the way there; null if never
 * @param settled whether it is what is wanted, to the knowledge of the last look
 * @param servers how many servers of ours it has
 * @param held the servers that a person has put into maintenance, which stay there
 */
public record HaproxyStatus(
    String haproxy,
    String version,
    String error,
    long failures,
    @Nullable Instant lastGood,
    boolean settled,
    int servers,
    Set<String> held) {
  /** Copies the set. */
  public HaproxyStatus {
    held = Set.copyOf(held);
  }
}
