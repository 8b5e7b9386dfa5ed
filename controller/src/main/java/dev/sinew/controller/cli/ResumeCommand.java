// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sinew resume}. */
@Command(
    name = "resume",
    description = {
      "Lets the number of replicas of a service, or of all, move again. What was paused singly stays so",
      "when all are resumed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class ResumeCommand implements Callable<Integer> {
  @Mixin
  private HoldOptions hold = new HoldOptions();

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  ResumeCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws InterruptedException {
    spec.commandLine().getOut().println(hold.send("resume"));
    return 0;
  }
}
