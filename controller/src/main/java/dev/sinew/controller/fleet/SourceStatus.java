// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.fleet;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one source of a service's signals is.
 *
 * @param service its key in the fleet file
 * @param source as the fleet file calls it: {@code orca}, {@code prometheus}, {@code haproxy}
 * @param failures answers that were not used or did not come, ever, by a reason of one word
 * @param lastGood when it said the latest thing that was used; null if that was never or is too long ago
 *     to be known
 * @param known whether it has something fresh to say
 */
public record SourceStatus(
    String service,
    String source,
    Map<String, Long> failures,
    @Nullable Instant lastGood,
    boolean known) {
  /** Copies the map. */
  public SourceStatus {
    failures = Map.copyOf(failures);
  }
}
