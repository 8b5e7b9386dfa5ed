// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.Problem;
import dev.sinew.controller.prometheus.AlertRules;
import dev.sinew.controller.prometheus.Objective;
import dev.sinew.controller.prometheus.ScrapeConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinew prometheus}. */
@Command(
    name = "prometheus",
    description = "Writes the files of a Prometheus server that watches a fleet.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    synopsisSubcommandLabel = "COMMAND")
final class PrometheusCommand implements Runnable {
  @Spec
  private CommandSpec spec;

  /** Made by picocli. */
  PrometheusCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command (expected: config, rules, or --help)");
  }

  @Command(
      name = "config",
      description = {
        "Prints what Prometheus (2.42 or newer) is to scrape: the fleet's replicas, as its controller lists",
        "them, the controller and HAProxy. Starts nothing, and holds no secret."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Main.Versions.class)
  int config(
      @Parameters(
              arity = "0..1",
              paramLabel = "FILE",
              defaultValue = "fleet.yaml",
              description = "the fleet file (default: ${DEFAULT-VALUE})")
          Path file,
      @Option(
              names = "--output",
              paramLabel = "FILE",
              description = "write to this file instead of the terminal")
          @Nullable Path output,
      @Option(
              names = "--controller",
              paramLabel = "HOST:PORT",
              defaultValue = "",
              description =
                  "how Prometheus reaches the controller, instead of what the fleet file says")
          String controller,
      @Option(
              names = "--token-file",
              paramLabel = "FILE",
              defaultValue = "sinew.token",
              description =
                  "where Prometheus finds the controller's token, if it has one (default: ${DEFAULT-VALUE})")
          String tokenFile,
      @Option(
              names = "--rules-file",
              paramLabel = "FILE",
              defaultValue = "sinew.rules.yml",
              description = "where Prometheus finds the rules (default: ${DEFAULT-VALUE})")
          String rulesFile) {
    return write(
        file, output, fleet -> new ScrapeConfig(controller, tokenFile, rulesFile).text(fleet));
  }

  @Command(
      name = "rules",
      description = {
        "Prints rules for Prometheus (2.42 or newer): calls, errors, latency and load of each service, and",
        "alerts, each with a section in docs/alerts.md. Starts nothing."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Main.Versions.class)
  int rules(
      @Parameters(
              arity = "0..1",
              paramLabel = "FILE",
              defaultValue = "fleet.yaml",
              description = "the fleet file (default: ${DEFAULT-VALUE})")
          Path file,
      @Option(
              names = "--output",
              paramLabel = "FILE",
              description = "write to this file instead of the terminal")
          @Nullable Path output,
      @Option(
              names = "--slo",
              paramLabel = "[SERVICE=]SHARE",
              description = {
                "the share of calls that shall not fail, 95%% to 99.999%% (default: 99.9%%);",
                "repeatable, for services of their own as orders=99.95%%"
              })
          @Nullable List<String> slo,
      @Option(
              names = "--latency-slo",
              paramLabel = "[SERVICE=]SHARE",
              description =
                  "the share of calls that shall be within their latency objective (default: 99%%)")
          @Nullable List<String> latency,
      @Option(
              names = "--flapping",
              paramLabel = "N",
              defaultValue = "6",
              description =
                  "how often in an hour a number may go up and also down (default: ${DEFAULT-VALUE})")
          int flapping,
      @Option(
              names = "--runbook",
              paramLabel = "URL",
              defaultValue = "docs/alerts.md",
              description = "the page that alerts refer to (default: ${DEFAULT-VALUE})")
          String runbook) {
    return write(
        file,
        output,
        fleet -> new AlertRules(
                objectives("--slo", slo, "99.9%"),
                objectives("--latency-slo", latency, "99%"),
                flapping,
                runbook)
            .text(fleet));
  }

  private static List<Objective> objectives(
      String option, @Nullable List<String> given, String standard) {
    List<Objective> objectives = new ArrayList<>();
    for (String text : given == null ? List.<String>of() : given) {
      try {
        objectives.add(Objective.parse(text));
      } catch (IllegalArgumentException e) {
        throw new InputException(option + ": " + e.getMessage());
      }
    }
    if (objectives.stream().noneMatch(objective -> objective.service().isEmpty())) {
      objectives.add(Objective.parse(standard));
    }
    return objectives;
  }

  private int write(Path file, @Nullable Path output, Function<FleetConfig, String> maker) {
    String text;
    try {
      text = maker.apply(right(file));
    } catch (IllegalArgumentException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
    if (output == null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
      return 0;
    }
    try {
      Files.writeString(output, text);
    } catch (IOException e) {
      throw new InputException("--output: " + output + " (expected: a file in a writable folder)");
    }
    return 0;
  }

  /** The file if it is right, also where its secrets are not set; else its problems are told. */
  private FleetConfig right(Path file) {
    FleetFile read = FleetFile.check(file, System.getenv());
    if (read.config() == null) {
      PrintWriter err = spec.commandLine().getErr();
      read.errors().stream().skip(1).map(Problem::toString).forEach(err::println);
      throw new InputException(read.errors().get(0).toString());
    }
    return read.config();
  }
}
