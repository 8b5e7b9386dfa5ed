// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.Problem;
import dev.sinew.controller.demo.DemoFiles;
import dev.sinew.controller.run.FleetEvent;
import dev.sinew.controller.run.FleetProgram;
import dev.sinew.controller.state.AtomicFile;
import dev.sinew.controller.state.ControllerLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinew run}. */
@Command(
    name = "run",
    description = {
      "The controller of a fleet file: starts replicas, scales them, explains each decision. Goes on",
      "until it is told to stop (Ctrl-C, SIGTERM). Replicas go on then, unless the file says",
      "on-controller-loss: stop, and the next run takes them over. A changed file takes effect at once."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class RunCommand implements Callable<Integer> {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "the fleet file (default: fleet.yaml)")
  private Path file = Path.of("fleet.yaml");

  @Option(
      names = "--dry-run",
      description =
          "decide and explain, but start, stop and write nothing; may run beside the controller")
  private boolean dryRun;

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  RunCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    FleetFile read = right(file, spec.commandLine().getErr());
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch ended = new CountDownLatch(1);
    try (Announcer said = new Announcer(out);
        FleetProgram program = open(read, said)) {
      try {
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> end(program, said, ended), "sinew-run-exit"));
      } catch (IllegalStateException e) {
        // It was told to end before it has begun.
        return 0;
      }
      program.greeting().forEach(said::say);
      program.begin(read);
      ended.await();
    }
    return 0;
  }

  private FleetProgram open(FleetFile read, Announcer said) {
    try {
      if (!dryRun && read.config() != null) {
        Path state = read.config().controller().state();
        prepare(state);
      }
      return FleetProgram.open(
          file,
          read,
          dryRun,
          Main.Versions.sinew(),
          DemoFiles.classCache(),
          event -> said.say(line(event)));
    } catch (IOException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  private static void prepare(Path state) throws IOException {
    try {
      AtomicFile.createFolder(state);
      ProgramLog.to(state.resolve("controller.log"));
    } catch (IOException e) {
      throw ControllerLock.unusable(state, e);
    }
  }

  private static void end(FleetProgram program, Announcer said, CountDownLatch ended) {
    program.close();
    said.say(program.farewell());
    said.close();
    ended.countDown();
  }

  /** The file if it is right; else its problems are told. */
  static FleetFile right(Path file, PrintWriter err) {
    FleetFile read = FleetFile.read(file, System.getenv());
    if (read.config() == null) {
      read.errors().stream().skip(1).map(Problem::toString).forEach(err::println);
      throw new InputException(read.errors().get(0).toString());
    }
    return read;
  }

  private static String line(FleetEvent event) {
    String service = event.service().isEmpty() ? "" : event.service() + ": ";
    return CLOCK.format(event.at()) + "  " + service + event.text();
  }
}
