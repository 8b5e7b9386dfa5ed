// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import dev.sinew.Expect;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The command: measures a controller at several sizes, each in processes of its own. */
@Command(
    name = "growth",
    mixinStandardHelpOptions = true,
    description =
        "Measures what a controller uses as its replicas grow: the shipped signal source and "
            + "loop, against pretended replicas in another process.",
    exitCodeOnInvalidInput = 2)
public final class Growth implements Callable<Integer> {
  private static final int MOST_REPLICAS = 10_000;

  /** Sockets apart, a process of ours has fewer files open. */
  private static final int OTHER_FILES = 300;

  @Option(
      names = "--replicas",
      split = ",",
      defaultValue = "10,100,1000,5000",
      description = "Sizes, 1 to 10000. Default: ${DEFAULT-VALUE}")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--seconds",
      defaultValue = "40",
      description =
          "How long each is measured after its start, 1 to 600. Default: ${DEFAULT-VALUE}")
  private int seconds;

  @Option(names = "--json", description = "Writes every figure to this file.")
  private Path json = Path.of("");

  @Option(
      names = "--output",
      defaultValue = "growth-output",
      description = "A folder for logs. Default: ${DEFAULT-VALUE}")
  private Path output = Path.of("");

  @Spec
  private CommandSpec spec = CommandSpec.create();

  /** What a run found, and where. */
  record Result(Instant at, String java, String system, int processors, List<Figures> runs) {}

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Growth()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    check();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "growth: at most %d files open in each of two processes (ulimit -n: %d)%n",
        needed(), Usage.mostOpenFiles());
    out.flush();
    List<Figures> runs = new ArrayList<>();
    boolean complete = true;
    for (int size : sizes) {
      try {
        runs.add(new Trial(size, seconds, output).run(line -> tell("  " + line)));
      } catch (IOException e) {
        tell("growth: " + size + " replicas: " + e.getMessage());
        complete = false;
      }
    }
    out.print(GrowthTable.text(runs));
    out.flush();
    if (!json.toString().isEmpty()) {
      JsonMapper mapper =
          JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.writeString(json, mapper.writeValueAsString(result(runs)) + "\n");
    }
    return complete ? 0 : 1;
  }

  private void tell(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private void check() {
    try {
      for (int size : sizes) {
        Expect.that(size >= 1 && size <= MOST_REPLICAS, "--replicas", size, "1 to 10000");
      }
      Expect.that(seconds >= 1 && seconds <= 600, "--seconds", seconds, "1 to 600");
      Expect.that(
          needed() <= Usage.mostOpenFiles(),
          "ulimit -n",
          Usage.mostOpenFiles(),
          "at least " + needed() + " for so many replicas");
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private int needed() {
    return OTHER_FILES + sizes.stream().mapToInt(size -> size).max().orElse(0);
  }

  private static Result result(List<Figures> runs) {
    return new Result(
        Instant.now(),
        System.getProperty("java.vm.version", ""),
        System.getProperty("os.name", "") + " " + System.getProperty("os.version", ""),
        Runtime.getRuntime().availableProcessors(),
        runs);
  }
}
