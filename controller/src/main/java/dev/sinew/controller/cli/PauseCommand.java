// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sinew pause}. */
@Command(
    name = "pause",
    description = {
      "Holds the number of replicas of a service, or of all, whatever the signals say, until it is",
      "resumed; also after a restart of the controller."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class PauseCommand implements Callable<Integer> {
  @Mixin
  private HoldOptions hold = new HoldOptions();

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  PauseCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws InterruptedException {
    spec.commandLine().getOut().println(hold.send("pause"));
    return 0;
  }
}
