// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.controller.config.FleetSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sinew schema}. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema (2020-12) of a fleet file, for editors.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class SchemaCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  SchemaCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(FleetSchema.text());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
