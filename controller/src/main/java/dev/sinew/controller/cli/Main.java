// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code sinew}. Exit status: 0 done, 1 the run showed a failure, 2 wrong input. */
@Command(
    name = "sinew",
    description =
        "Elasticity for RPC on the JVM: balancing, failover and scaling from one set of signals.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      CheckCommand.class,
      RunCommand.class,
      StatusCommand.class,
      ExplainCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      StopCommand.class,
      PrometheusCommand.class,
      SchemaCommand.class,
      HaproxyCommand.class
    })
public final class Main implements Runnable {
  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  Main() {
    this.spec = CommandSpec.create();
  }

  /** Runs a command and exits with its status. */
  public static void main(String[] args) {
    System.exit(run(
        args, new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8)));
  }

  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(Main::oneLine)
        .setExecutionExceptionHandler(Main::failed)
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command (expected: demo, run, status, or --help)");
  }

  private static int oneLine(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
    return 2;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult result) {
    String name = command.getCommandSpec().qualifiedName();
    if (e instanceof InputException) {
      command.getErr().println(name + ": " + e.getMessage());
      return 2;
    }
    if (e instanceof UnavailableException) {
      command.getErr().println(name + ": " + e.getMessage());
      return 1;
    }
    command.getErr().println(name + ": failed: " + e);
    e.printStackTrace(command.getErr());
    return 1;
  }

  /** The version in the jar's manifest and the Java that runs it. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sinew " + sinew(), "java " + Runtime.version()};
    }

    static String sinew() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "unpackaged" : version;
    }
  }
}
