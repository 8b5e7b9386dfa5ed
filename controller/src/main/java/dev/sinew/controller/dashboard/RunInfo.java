// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import dev.sinew.Expect;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What stays the same during a run.
 *
 * @param runId random, new at each start: the page tells by it that the controller was restarted
 * @param title the page's heading
 * @param service the service that is scaled
 * @param startedAt second 0 of the time axis
 * @param sloMillis the objective for the 99th percentile; NaN where there is none
 * @param min the fewest replicas allowed
 * @param max the most replicas allowed
 * @param machine facts about the machine, in the order to show them
 * @param versions names and versions of what ran, in the order to show them
 */
public record RunInfo(
    String runId,
    String title,
    String service,
    Instant startedAt,
    double sloMillis,
    int min,
    int max,
    Map<String, String> machine,
    Map<String, String> versions) {
  /** Checks the bounds and copies the maps. */
  public RunInfo {
    Expect.that(!runId.isEmpty(), "run.runId", runId, "not empty");
    Expect.that(min >= 0 && min <= max, "run.min", min, "0 to max, which is " + max);
    sloMillis = LivePoint.known(sloMillis);
    machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }
}
