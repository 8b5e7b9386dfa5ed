// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.api;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.fleet.FleetView.ControllerView;
import dev.sinew.controller.fleet.ServiceView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What a person should know, as sentences: troubles need somebody, notes say what somebody wanted. */
public final class Notices {
  private Notices() {}

  /** The troubles of the controller as a whole. */
  public static List<String> troubles(ControllerView controller) {
    List<String> all = new ArrayList<>();
    List<String> problems = controller.fileProblems();
    if (!problems.isEmpty()) {
      String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
      all.add("The changed " + controller.file() + " is refused; what was read at "
          + time(controller.fileLoadedAt()) + " stays in force: " + problems.get(0) + more);
    }
    all.addAll(controller.troubles());
    return all;
  }

  /** What is unusual by somebody's will in the controller as a whole. */
  public static List<String> notes(ControllerView controller) {
    List<String> all = new ArrayList<>();
    if (controller.hold() != null) {
      all.add(held("All services are paused", controller.hold()));
    }
    if (controller.dryRun()) {
      all.add("Dry run: the controller decides and explains, and touches nothing.");
    }
    if (controller.logFailures() > 0) {
      all.add(controller.logFailures() + " records of the decision logs could not be written.");
    }
    return all;
  }

  /** What is unusual by somebody's will in one service. */
  public static List<String> notes(ServiceView service) {
    return service.hold() == null ? List.of() : List.of(held("Paused", service.hold()));
  }

  private static String held(String what, Hold hold) {
    return what + " since " + time(hold.since()) + " by " + hold.by() + ": " + hold.why();
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
