// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/**
 * One size: the pretended replicas in a process, the controller in another, so that each is measured
 * alone.
 *
 * @param replicas how many
 * @param seconds how long
 * @param output a folder for the logs of both and of the collector
 */
record Trial(int replicas, int seconds, Path output) {
  private static final long SEED = 7;

  /** Start and end of both processes take less than that besides the window. */
  private static final int START_AND_END_SECONDS = 120;

  /** The controller's JVM flags are those of the program's launcher. */
  private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xshare:auto");

  /**
   * Runs it, in bounded time.
   *
   * @throws IOException if a process does not do its part
   */
  Figures run(Consumer<String> progress) throws IOException {
    Files.createDirectories(output);
    Process pretended = start(FakeReplicas.class, "replicas", List.of(), String.valueOf(SEED));
    try (BufferedReader first = reader(pretended)) {
      String ports = first.readLine();
      if (ports == null) {
        throw new IOException("the pretended replicas did not start; see their log in " + output);
      }
      Path log = output.resolve("gc-" + replicas + ".log");
      Process measured = start(
          ControllerProbe.class,
          "controller",
          List.of("-Xlog:gc:file=" + log),
          String.valueOf(replicas),
          ports,
          String.valueOf(seconds),
          Files.createTempDirectory(output, "decisions-").toString());
      try (BufferedReader second = reader(measured)) {
        bound(measured);
        return figures(second, progress);
      } finally {
        measured.destroyForcibly();
      }
    } finally {
      pretended.destroyForcibly();
    }
  }

  private Figures figures(BufferedReader lines, Consumer<String> progress) throws IOException {
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith(ControllerProbe.RESULT)) {
        String text = line.substring(ControllerProbe.RESULT.length());
        return JsonMapper.shared().readValue(text, Figures.class);
      }
      progress.accept(line);
    }
    throw new IOException("the controller ended without a result; see its log in " + output);
  }

  private void bound(Process process) {
    Executor later =
        CompletableFuture.delayedExecutor(START_AND_END_SECONDS + seconds, TimeUnit.SECONDS);
    later.execute(process::destroyForcibly);
  }

  private Process start(Class<?> program, String name, List<String> flags, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    File log = output.resolve(name + "-" + replicas + ".log").toFile();
    return new ProcessBuilder(command).redirectError(log).start();
  }

  private static BufferedReader reader(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }
}
