// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.run.FleetStop;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinew stop}. */
@Command(
    name = "stop",
    description = {
      "Ends the replicas that go on without their controller; each finishes what it has. The",
      "controller itself must have ended before: it would start them again."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class StopCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      arity = "0..1",
      description = "the fleet file (default: fleet.yaml)")
  private Path file = Path.of("fleet.yaml");

  @Parameters(
      index = "1..*",
      paramLabel = "SERVICE",
      arity = "0..*",
      description = "only these; also one that is no longer in the file (default: all)")
  private @Nullable List<String> services;

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  StopCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    FleetConfig config = RunCommand.right(file, spec.commandLine().getErr()).config();
    if (config == null) {
      throw new IllegalStateException("file: without settings (expected: an error before this)");
    }
    List<String> wanted = services == null ? List.of() : new ArrayList<>(services);
    try {
      Path state = config.controller().state();
      if (Files.isDirectory(state)) {
        ProgramLog.to(state.resolve("stop.log"));
      }
      int stopped = FleetStop.stop(config, wanted, out::println);
      out.println(stopped == 0 ? "Nothing runs." : "Ended: " + stopped + " replicas.");
      return 0;
    } catch (IOException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }
}
