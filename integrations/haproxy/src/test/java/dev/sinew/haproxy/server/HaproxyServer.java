// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.server;

import dev.sinew.consul.server.TestServers;
import dev.sinew.haproxy.socket.HaproxySocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real HAProxy as a child process, with its configuration and UNIX socket in a folder of its own.
 *
 * <p>In the configuration <code>${socket}</code> stands for the path of the Runtime API's socket,
 * <code>${dir}</code> for the folder, and <code>${port:NAME}</code> for a free port that {@link #port}
 * tells. Its log stays in the module's {@code target/servers}. It ends with {@link #close} or this JVM.
 */
public final class HaproxyServer implements AutoCloseable {
  /** A {@code global} section with the Runtime API. */
  public static final String GLOBAL = """
      global
        stats socket "${socket}" mode 600 level admin expose-fd listeners
        stats timeout 2m
        hard-stop-after 10s
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern PORT = Pattern.compile("\\$\\{port:([a-z0-9-]+)}");

  private final Path program;
  private final Path folder;
  private final Path log;
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final List<Process> processes = new ArrayList<>();

  private HaproxyServer(Path program, Path folder) throws IOException {
    this.program = program;
    this.folder = folder;
    Path logs = Files.createDirectories(Path.of("target", "servers"));
    this.log = logs.resolve(folder.getFileName() + ".log");
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /** Debian 12's HAProxy 2.6 with a whole configuration, ready to be asked. */
  public static HaproxyServer start(String configuration) throws IOException, InterruptedException {
    return start("haproxy", configuration);
  }

  /**
   * As {@link #start(String)}.
   *
   * @param program {@code haproxy} (2.6) or {@code haproxy3} (3.0)
   */
  public static HaproxyServer start(String program, String configuration)
      throws IOException, InterruptedException {
    HaproxyServer server =
        new HaproxyServer(TestServers.program(program), Files.createTempDirectory("haproxy"));
    try {
      server.configure(configuration);
      server.start();
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Writes another configuration; it counts from the next {@link #start()} or {@link #reload}. */
  public void configure(String configuration) throws IOException {
    String text = PORT.matcher(configuration)
        .replaceAll(
            found -> Integer.toString(ports.computeIfAbsent(found.group(1), name -> freePort())));
    text = text.replace("${socket}", socketPath().toString()).replace("${dir}", folder.toString());
    Files.writeString(file(), text);
  }

  /** Starts it, also again after {@link #kill}; waits until its Runtime API answers. */
  public void start() throws IOException, InterruptedException {
    launch(List.of());
  }

  /**
   * Reloads as init scripts do: a new process takes over the listening sockets ({@code -x}) and asks the
   * old one to finish its connections ({@code -sf}); waits until the new one answers.
   */
  public void reload() throws IOException, InterruptedException {
    long old = pid();
    launch(List.of("-x", socketPath().toString(), "-sf", Long.toString(old)));
  }

  /** Ends it at once, as {@code kill -9} does, with the processes that a reload has left. */
  public void kill() {
    List<Process> all;
    synchronized (processes) {
      all = List.copyOf(processes);
      processes.clear();
    }
    for (Process process : all) {
      process.destroyForcibly();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  /** Stops the newest process as SIGSTOP does; returns when it stands still. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (running() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Lets it go on. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** The newest process. */
  public long pid() {
    Process newest = newest();
    if (newest == null) {
      throw new IllegalStateException("haproxy is not running");
    }
    return newest.pid();
  }

  /** The port that <code>${port:NAME}</code> has become. */
  public int port(String name) {
    Integer port = ports.get(name);
    if (port == null) {
      throw new IllegalArgumentException("no ${port:" + name + "} in the configuration");
    }
    return port;
  }

  /** The Runtime API's address, as {@code unix:/tmp/…}. */
  public String socket() {
    return "unix:" + socketPath();
  }

  /** The answer of the Runtime API. */
  public String ask(String command) throws IOException {
    return HaproxySocket.at(socket()).ask(command);
  }

  /** What {@code haproxy -c} says of the configuration: empty if it is valid. */
  public String check() throws IOException, InterruptedException {
    Process check = new ProcessBuilder(
            program.toString(), "-q", "-c", "-f", file().toString())
        .redirectErrorStream(true)
        .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return check.waitFor() == 0 ? "" : "status " + check.exitValue() + ": " + said;
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Whether any of its threads is not stopped. */
  private boolean running() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
      for (Path thread : (Iterable<Path>) threads::iterator) {
        if (!Files.readString(thread.resolve("stat")).contains(") T ")) {
          return true;
        }
      }
    }
    return false;
  }

  private void launch(List<String> more) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "-db", "-f", file().toString()));
    command.addAll(more);
    Process process = new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
    synchronized (processes) {
      processes.add(process);
    }
    String itself = "Pid: " + process.pid();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      if (info().lines().anyMatch(itself::equals)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IOException("haproxy does not answer; its log is " + log.toAbsolutePath() + "\n"
        + Files.readString(log));
  }

  private String info() {
    try {
      return ask("show info");
    } catch (IOException e) {
      return "";
    }
  }

  private @Nullable Process newest() {
    synchronized (processes) {
      return processes.isEmpty() ? null : processes.get(processes.size() - 1);
    }
  }

  private Path file() {
    return folder.resolve("haproxy.cfg");
  }

  private Path socketPath() {
    return folder.resolve("h.sock");
  }

  /** Below the ephemeral range, so that no client's connection is on it. */
  private static int freePort() {
    int port;
    do {
      port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
    } while (!free(port));
    return port;
  }

  private static boolean free(int port) {
    try (ServerSocket listener = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return listener.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
