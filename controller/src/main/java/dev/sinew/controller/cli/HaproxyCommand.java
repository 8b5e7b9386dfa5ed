// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sinew haproxy}. */
@Command(
    name = "haproxy",
    description = "HAProxy as the door to a fleet.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = HaproxyConfigCommand.class)
final class HaproxyCommand implements Runnable {
  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  HaproxyCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command (expected: config, or --help)");
  }
}
