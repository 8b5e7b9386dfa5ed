// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.Expect;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sinew check}. */
@Command(
    name = "check",
    description = {
      "Reads a fleet file and shows every problem with its line and what was expected. Starts nothing.",
      "Exit status 2 if there is an error; warnings are legal."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class CheckCommand implements Callable<Integer> {
  private static final int WRONG = 2;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "the fleet file (default: fleet.yaml)")
  private Path file = Path.of("fleet.yaml");

  @Option(
      names = "--json",
      description = "as {\"problems\":[{file,line,column,path,message,severity}]}")
  private boolean json;

  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  CheckCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    FleetFile read = FleetFile.check(file, System.getenv());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(read.problems()));
    } else {
      read.problems().forEach(out::println);
      out.println(summary(read));
    }
    return read.config() == null ? WRONG : 0;
  }

  private String summary(FleetFile read) {
    int errors = read.errors().size();
    int warnings = read.problems().size() - errors;
    List<String> parts = new ArrayList<>();
    FleetConfig config = read.config();
    String verdict = "";
    if (config == null) {
      parts.add(count(errors, "error"));
    } else {
      verdict = "right; ";
      parts.add(count(config.services().size(), "service"));
    }
    if (warnings > 0) {
      parts.add(count(warnings, "warning"));
    }
    return Expect.printable(file.toString()) + ": " + verdict + String.join(", ", parts);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String json(List<Problem> problems) {
    JsonMapper mapper = new JsonMapper();
    ObjectNode root = mapper.createObjectNode();
    ArrayNode list = root.putArray("problems");
    for (Problem problem : problems) {
      list.addObject()
          .put("file", problem.file())
          .put("line", problem.line())
          .put("column", problem.column())
          .put("path", problem.path())
          .put("message", problem.message())
          .put("severity", problem.severity().toString());
    }
    return mapper.writeValueAsString(root);
  }
}
