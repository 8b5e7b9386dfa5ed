// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which services are paused or resumed, by whom, and why. */
final class HoldOptions {
  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  @Mixin
  private ControllerOptions controller = new ControllerOptions();

  @Option(
      names = "--why",
      required = true,
      paramLabel = "TEXT",
      description = "the reason, kept and shown")
  private String why = "";

  @Option(names = "--by", paramLabel = "NAME", description = "who says so (default: user@host)")
  private @Nullable String by;

  /** Made by picocli. */
  HoldOptions() {}

  /**
   * Asks for it.
   *
   * @param verb {@code pause} or {@code resume}
   * @return one line that says what was done
   */
  String send(String verb) throws InterruptedException {
    String service = which.all ? null : which.service;
    if (service != null && !service.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new InputException("service: " + service.replaceAll("\\p{Cntrl}", "?")
          + " (expected: one of the fleet file)");
    }
    if (why.isBlank()) {
      throw new InputException("--why: empty (expected: the reason)");
    }
    String who = by == null ? userAtHost() : by;
    controller
        .client()
        .post(
            service == null ? verb : "services/" + service + "/" + verb,
            Map.of("by", who, "why", why));
    return (service == null ? "all services" : service) + ": " + verb + "d by " + who + ": " + why;
  }

  static String userAtHost() {
    String user = System.getProperty("user.name", "unknown");
    try {
      return user + "@" + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return user + "@unknown";
    }
  }

  /** One service or all. */
  static final class Which {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "a service of the fleet file")
    private @Nullable String service;

    @Option(names = "--all", required = true, description = "all services")
    private boolean all;

    /** Made by picocli. */
    Which() {}
  }
}
