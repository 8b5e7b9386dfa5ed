// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Consul agent as a child process on loopback, with free ports and a data folder of its own.
 *
 * <p>Its log stays in the module's {@code target/servers}. It ends with {@link #close} or with this JVM.
 */
public final class ConsulAgent implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TRIES = 3;

  private final String address;
  private final Ports ports;
  private final Path data;
  private final Path log;
  private final List<String> arguments;
  private @Nullable Process process;

  /** Its ports; https is off unless it is configured. */
  record Ports(int http, int https, int grpc, int dns, int server, int lan, int wan) {
    static Ports free(List<String> addresses) throws IOException {
      List<Integer> all = FreePorts.of(7, addresses);
      return new Ports(
          all.get(0), all.get(1), all.get(2), all.get(3), all.get(4), all.get(5), all.get(6));
    }
  }

  private ConsulAgent(String address, Ports ports, List<String> arguments) throws IOException {
    this.address = address;
    this.ports = ports;
    this.data = Files.createTempDirectory("sinew-consul");
    Path logs = Files.createDirectories(Path.of("target", "servers"));
    this.log = logs.resolve("consul-" + address + "-" + ports.http() + ".log");
    this.arguments = arguments;
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /**
   * A server of its own that keeps everything in memory, with its leader elected.
   *
   * @param configuration in HCL, such as <code>ports { https = ${https} }</code>, where that stands for
   *     a free port; or the words {@code -config-dir=FOLDER}
   */
  public static ConsulAgent dev(String... configuration) throws IOException, InterruptedException {
    String address = "127.0.0.1";
    for (int tries = 1; ; tries++) {
      Ports ports = Ports.free(List.of(address));
      List<String> arguments = new ArrayList<>(List.of("-dev", "-node=dev"));
      for (String hcl : configuration) {
        if (hcl.startsWith("-")) {
          arguments.add(hcl);
          continue;
        }
        arguments.addAll(List.of("-hcl", hcl.replace("${https}", Integer.toString(ports.https()))));
      }
      ConsulAgent agent = new ConsulAgent(address, ports, arguments);
      try {
        agent.start();
        agent.awaitLeader();
        return agent;
      } catch (IOException e) {
        agent.close();
        // Somebody may have taken a port meanwhile.
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  static ConsulAgent server(String address, Ports ports, List<String> arguments)
      throws IOException {
    return new ConsulAgent(address, ports, arguments);
  }

  /** Starts the process; it may not serve yet. */
  public void start() throws IOException {
    List<String> command = new ArrayList<>(
        List.of(TestServers.program("consul").toString(), "agent", "-log-level=info"));
    command.addAll(List.of("-bind=" + address, "-client=" + address, "-data-dir=" + data));
    command.add("-http-port=" + ports.http());
    command.add("-grpc-port=" + ports.grpc());
    command.add("-dns-port=" + ports.dns());
    command.add("-server-port=" + ports.server());
    command.add("-serf-lan-port=" + ports.lan());
    command.add("-serf-wan-port=" + ports.wan());
    command.addAll(List.of("-hcl", "disable_update_check = true"));
    command.addAll(arguments);
    process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Waits until the agent knows a leader, which is when writes are taken. */
  public void awaitLeader() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Process running = process;
      if (running == null || !running.isAlive()) {
        throw new IOException("consul has ended; its log is " + log.toAbsolutePath());
      }
      if (get("/v1/status/leader").contains(":") && get("/v1/agent/self").contains("Config")) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("consul has no leader; its log is " + log.toAbsolutePath());
  }

  /** Its HTTP API. */
  public URI http() {
    return URI.create("http://" + address + ":" + ports.http());
  }

  /** {@code host:port} of its HTTP API. */
  public String authority() {
    return http().getAuthority();
  }

  /** {@code host:port} of its HTTPS API, if it is configured. */
  public String secureAuthority() {
    return address + ":" + ports.https();
  }

  /** Its API without a token. */
  public ConsulApi api() {
    return new ConsulApi(http(), "");
  }

  /** Ends it at once, as {@code kill -9} does; {@link #start} begins again with the same ports. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  /** Sends a signal by its name, as STOP or CONT. */
  public void signal(String name) throws IOException, InterruptedException {
    Process running = process;
    if (running != null) {
      new ProcessBuilder("kill", "-" + name, Long.toString(running.pid()))
          .start()
          .waitFor();
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The answer to a GET, or empty while there is none; where a token is needed there is a leader. */
  private String get(String path) throws InterruptedException {
    try {
      HttpResponse<String> answer = api().get(path);
      return answer.statusCode() == 403 ? "Config" : answer.body();
    } catch (IOException e) {
      return "";
    }
  }
}
