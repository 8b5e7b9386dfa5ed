// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.controller.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A {@code sinew demo} in a process and a session of its own, as in a terminal. */
final class DemoProcess implements AutoCloseable {
  private static final Pattern REGISTRY =
      Pattern.compile("Registry: http://127\\.0\\.0\\.1:(\\d+)/");

  private final Process process;
  private final List<String> output = Collections.synchronizedList(new ArrayList<>());
  private final Thread reader;

  DemoProcess(Path folder, String... arguments) throws IOException {
    this(folder, Map.of(), List.of(), arguments);
  }

  /**
   * Starts one that differs.
   *
   * @param environment added to this process's
   * @param options of its Java
   */
  DemoProcess(
      Path folder, Map<String, String> environment, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(
        // A test run in the background would hand its ignored SIGINT on.
        "env",
        "--default-signal",
        "setsid",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Dsinew.cache=" + folder.resolve("cache")));
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "demo"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    process = builder.start();
    process.getOutputStream().close();
    reader = new Thread(this::read, "demo-output");
    reader.setDaemon(true);
    reader.start();
  }

  long pid() {
    return process.pid();
  }

  List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  /** Waits for the end and returns the exit status; -1 if it takes longer. */
  int await(Duration bound) throws InterruptedException {
    if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
      return -1;
    }
    reader.join(2_000);
    return process.exitValue();
  }

  boolean printed(String regex, Duration bound) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    return until(() -> output().stream().anyMatch(line -> pattern.matcher(line).find()), bound);
  }

  /** The port of the run's registry; every process of the run has it in its environment or open. */
  int registryPort() {
    return output().stream()
        .map(REGISTRY::matcher)
        .filter(Matcher::find)
        .map(found -> Integer.parseInt(found.group(1)))
        .findFirst()
        .orElseThrow();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The ports of the replicas that are registered. */
  List<Integer> replicaPorts() throws Exception {
    URI catalog = URI.create("http://127.0.0.1:" + registryPort() + "/v1/catalog/service/orders");
    String body = HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(catalog).build(), HttpResponse.BodyHandlers.ofString())
        .body();
    return Pattern.compile("\"ServicePort\":(\\d+)")
        .matcher(body)
        .results()
        .map(found -> Integer.parseInt(found.group(1)))
        .toList();
  }

  /** Sends a signal to the process, or with a minus to its whole group as a terminal does. */
  void signal(String name, boolean group) throws IOException, InterruptedException {
    String target = group ? "-" + process.pid() : Long.toString(process.pid());
    new ProcessBuilder("kill", "-" + name, "--", target).inheritIO().start().waitFor();
  }

  /** The processes whose environment names the run's registry: replicas and their guards. */
  List<Long> replicas() throws IOException {
    String mark = "SINEW_REGISTRY=consul://127.0.0.1:" + registryPort() + "\0";
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().matches("\\d+"))
          .filter(path -> environment(path).contains(mark))
          .map(path -> Long.parseLong(path.getFileName().toString()))
          .toList();
    }
  }

  static boolean open(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  static boolean until(BooleanSupplier condition, Duration bound) throws InterruptedException {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add("output lost: " + e);
    }
  }

  private static String environment(Path process) {
    try {
      return Files.readString(
              process.resolve("environ"), java.nio.charset.StandardCharsets.ISO_8859_1)
          + "\0";
    } catch (IOException e) {
      return "";
    }
  }
}
