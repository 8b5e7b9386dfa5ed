// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a controller does its work: the file is loaded, every loop ticks. */
final class Readiness {
  private static final double LONGEST_SILENCE_SECONDS = 10;

  private Readiness() {}

  /**
   * Why it is not ready, one line each; empty if it is.
   *
   * @param fleet null until the file is loaded
   * @param silentSeconds since the runner was heard last; NaN if it never was
   */
  static List<String> reasons(@Nullable FleetView fleet, double silentSeconds) {
    if (fleet == null) {
      return List.of("controller: starting (expected: the fleet file loaded)");
    }
    List<String> reasons = new ArrayList<>();
    if (!(silentSeconds <= LONGEST_SILENCE_SECONDS)) {
      reasons.add("controller: not heard of (expected: a word of its runner every second)");
    }
    for (ServiceView service : fleet.services()) {
      if (service.state().equals("starting")) {
        reasons.add("services." + service.name() + ": starting (expected: its loop ticks)");
      }
      if (service.state().equals("failed")) {
        reasons.add("services." + service.name() + ": failed (expected: its loop ticks)");
      }
    }
    return reasons;
  }
}
