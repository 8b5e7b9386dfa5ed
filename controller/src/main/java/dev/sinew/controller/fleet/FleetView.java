// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.fleet;

import dev.sinew.autoscaler.policy.Hold;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a running controller shows of itself and lets people do; safe from any thread, never blocks. */
public interface FleetView {
  /** The services in the fleet file's order. */
  List<ServiceView> services();

  /** The controller itself. */
  ControllerView controller();

  /** The sources of the services' signals, those of services that have none open left out. */
  List<SourceStatus> sources();

  /** Records of each service's decision log that could not be written, ever. */
  Map<String, Long> logFailures();

  /**
   * The latest recorded decisions of a service, newest last.
   *
   * @param last how many at most, 1 to 1000
   * @return null if there is no such service
   */
  @Nullable List<DecisionView> decisions(String service, int last);

  /**
   * Holds the number of a service, or of all, from now on and after restarts.
   *
   * @param service a name, or null for all of them: the kill switch
   * @return whether there is such a service
   * @throws java.io.UncheckedIOException if it cannot be kept on disk; nothing is held then
   */
  boolean pause(@Nullable String service, Hold hold);

  /**
   * Lets a service, or all, move again. Resuming all lifts the kill switch and leaves single pauses.
   *
   * @param by who said so
   * @param why the reason given
   * @return whether there is such a service
   */
  boolean resume(@Nullable String service, String by, String why);

  /**
   * The controller itself.
   *
   * @param version of the program
   * @param startedAt when it started
   * @param file the fleet file
   * @param fileLoadedAt when the settings in force were read
   * @param fileProblems why a later version of the file is refused, one line each; empty if none is
   * @param hold the kill switch, or null
   * @param dryRun whether it decides without acting
   * @param epoch its term of office
   * @param logFailures records of the decision logs that could not be written, ever
   * @param troubles what a person should know now, one sentence each
   */
  record ControllerView(
      String version,
      Instant startedAt,
      String file,
      Instant fileLoadedAt,
      List<String> fileProblems,
      @Nullable Hold hold,
      boolean dryRun,
      long epoch,
      long logFailures,
      List<String> troubles) {
    /** Copies the lists. */
    public ControllerView {
      fileProblems = List.copyOf(fileProblems);
      troubles = List.copyOf(troubles);
    }
  }
}
