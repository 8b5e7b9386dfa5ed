// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.controller.cli.Main;
import dev.sinew.controller.sample.SampleServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A {@code sinew} command in a process and a session of its own; its replicas may outlive it. */
final class RunProcess implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Path folder;
  private final String mark;
  private Path state;
  private final List<String> output = Collections.synchronizedList(new ArrayList<>());
  private @Nullable Process process;

  /**
   * Prepares.
   *
   * @param folder where the fleet file is; its replicas are known by it in their environment
   */
  RunProcess(Path folder) {
    this.folder = folder;
    this.mark = "TEST_FLEET=" + folder + "\0";
    this.state = folder.resolve(".sinew");
  }

  /** A fleet file with the sample server as the service {@code orders}. */
  static String sample(Path folder, String settings) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return """
        controller: {listen: "127.0.0.1:0"}
        services:
          orders:
            target:
              process:
                command: ["%s", -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx96m, -cp, "%s", "%s"]
                env: {SAMPLE_WORKERS: "6", TEST_FLEET: "%s"}
        %s
        """.formatted(
            java,
            System.getProperty("java.class.path"),
            SampleServer.class.getName(),
            folder,
            settings.indent(4));
  }

  /** From here on its state folder is looked at by another path. */
  void seenFrom(Path path) {
    state = path;
  }

  long pid() {
    return running().pid();
  }

  void write(String text) throws IOException {
    Files.writeString(folder.resolve("fleet.yaml"), text);
  }

  /** Starts {@code sinew run fleet.yaml …} in the folder. */
  void run(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("run", "fleet.yaml"));
    words.addAll(List.of(more));
    start(List.of(), words);
  }

  /** Starts a command of sinew in the folder, by way of other programs. */
  void start(List<String> before, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of(
        "env",
        "--default-signal",
        "setsid",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dsinew.cache=" + folder.resolve("cache"),
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName()));
    command.addAll(words);
    Process started = new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .start();
    started.getOutputStream().close();
    process = started;
    Thread reader = new Thread(() -> read(started), "run-output");
    reader.setDaemon(true);
    reader.start();
  }

  List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  /** Waits for the end and returns the exit status; -1 if it takes longer. */
  int await(Duration bound) throws InterruptedException {
    Process running = running();
    boolean ended = running.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
    TimeUnit.MILLISECONDS.sleep(50);
    return ended ? running.exitValue() : -1;
  }

  void signal(String name) throws IOException, InterruptedException {
    int unused = new ProcessBuilder("kill", "-" + name, Long.toString(running().pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Kills the controller alone, as {@code kill -9} does. */
  void kill() throws InterruptedException {
    running().destroyForcibly().waitFor();
  }

  boolean alive() {
    Process running = process;
    return running != null && running.isAlive();
  }

  boolean printed(String regex, Duration bound) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    return until(() -> output().stream().anyMatch(line -> pattern.matcher(line).find()), bound);
  }

  /** The address of the controller, once it has told it; of this process, not of one before. */
  String url() throws IOException {
    JsonNode info = JSON.readTree(Files.readString(state.resolve("fleet/controller.json")));
    if (info.get("pid").asLong() != running().pid()) {
      throw new IOException("controller.json is of another process");
    }
    return info.get("url").asString();
  }

  /** A GET of the API; null while there is no answer. */
  @Nullable JsonNode get(String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
          .timeout(Duration.ofSeconds(5))
          .build();
      HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** A number of a service as the API tells it, or -1. */
  int number(String service, String name) {
    JsonNode view = get("/api/v1/services/" + service);
    return view == null || !view.has(name) ? -1 : view.get(name).asInt();
  }

  boolean awaitReady(String service, int count, Duration bound) throws InterruptedException {
    return until(() -> number(service, "ready") == count, bound);
  }

  /** The pids of this fleet's replicas, guards and shells left out. */
  List<Long> replicas() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().matches("\\d+"))
          .filter(path -> text(path.resolve("environ")).contains(mark))
          .filter(path -> text(path.resolve("cmdline")).contains(SampleServer.class.getName()))
          .filter(path -> !text(path.resolve("cmdline")).startsWith("/bin/sh"))
          .map(path -> Long.parseLong(path.getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  /** Ends the controller and every replica. */
  @Override
  public void close() throws IOException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
    }
    for (long pid : replicas()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  static boolean until(BooleanSupplier condition, Duration bound) throws InterruptedException {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return true;
  }

  private Process running() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("process: none (expected: started)");
    }
    return running;
  }

  private void read(Process from) {
    try (BufferedReader lines = from.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add("output lost: " + e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1) + "\0";
    } catch (IOException e) {
      return "";
    }
  }
}
