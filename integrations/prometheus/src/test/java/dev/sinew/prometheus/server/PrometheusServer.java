// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.server;

import dev.sinew.consul.server.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Prometheus as a child process on loopback, with a free port and a data folder of its own.
 *
 * <p>Its log stays in the module's {@code target/servers}. It ends with {@link #close} or with this JVM.
 */
public final class PrometheusServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TRIES = 3;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;
  private final boolean tls;
  private final Path folder;
  private final Path log;
  private final List<String> arguments;
  private @Nullable Process process;

  private PrometheusServer(int port, List<String> arguments) throws IOException {
    this.port = port;
    this.arguments = arguments;
    this.tls = arguments.stream().anyMatch(a -> a.startsWith("--web.config.file"));
    this.folder = Files.createTempDirectory("sinew-prometheus");
    Path logs = Files.createDirectories(Path.of("target", "servers"));
    this.log = logs.resolve("prometheus-" + port + ".log");
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param configuration the text of its configuration file
   * @param arguments more of its command line, as {@code --web.config.file=…}
   */
  public static PrometheusServer start(String configuration, String... arguments)
      throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      PrometheusServer server = new PrometheusServer(freePort(), List.of(arguments));
      try {
        Files.writeString(server.configuration(), configuration);
        server.start();
        return server;
      } catch (IOException e) {
        server.close();
        // Somebody may have taken the port meanwhile.
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * A configuration that scrapes targets of one service.
   *
   * @param targets {@code replica=host:port}
   */
  public static String scraping(Duration interval, String service, String... targets) {
    String groups = Arrays.stream(targets)
        .map(target -> target.split("=", 2))
        .map(pair -> "  - {targets: ['" + pair[1] + "'], labels: {service: '" + service
            + "', replica: '" + pair[0] + "'}}\n")
        .collect(Collectors.joining());
    return "global: {scrape_interval: " + interval.toMillis() + "ms, scrape_timeout: "
        + interval.toMillis() * 8 / 10 + "ms, evaluation_interval: 1s}\n"
        + "scrape_configs:\n- job_name: sinew\n  static_configs:"
        + (targets.length == 0 ? " []\n" : "\n" + groups);
  }

  /** Starts the process anew after {@link #kill}, with its port and data. */
  public void start() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        TestServers.program("prometheus").toString(),
        "--config.file=" + configuration(),
        "--storage.tsdb.path=" + folder.resolve("data"),
        "--storage.tsdb.retention.time=2h",
        "--web.listen-address=127.0.0.1:" + port,
        "--web.enable-lifecycle"));
    command.addAll(arguments);
    process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
    awaitReady();
  }

  /** Replaces the configuration and has it read; with TLS or a password that is not possible. */
  public void reload(String configuration) throws IOException, InterruptedException {
    Files.writeString(configuration(), configuration);
    HttpResponse<String> answer = HTTP.send(
        HttpRequest.newBuilder(http().resolve("/-/reload"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .timeout(PATIENCE)
            .build(),
        HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(answer.body());
    }
  }

  /** Its API; https if it was started so. */
  public URI http() {
    return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port);
  }

  /** The body of the answer to an instant query, of whatever status; without TLS only. */
  public String query(String promql) throws IOException, InterruptedException {
    String encoded = java.net.URLEncoder.encode(promql, StandardCharsets.UTF_8);
    return HTTP.send(
            HttpRequest.newBuilder(http().resolve("/api/v1/query?query=" + encoded))
                .timeout(PATIENCE)
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** Where its log is. */
  public Path log() {
    return log;
  }

  /** Ends it at once, as {@code kill -9} does. */
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
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Path configuration() {
    return folder.resolve("prometheus.yml");
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Process running = process;
      if (running == null || !running.isAlive()) {
        throw new IOException("prometheus has ended; its log is " + log.toAbsolutePath());
      }
      if (tls ? listens() : ready()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("prometheus is not ready; its log is " + log.toAbsolutePath());
  }

  private boolean ready() throws InterruptedException {
    try {
      return HTTP.send(
                  HttpRequest.newBuilder(http().resolve("/-/ready"))
                      .timeout(Duration.ofSeconds(2))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Below the ephemeral range, where no connection of somebody else may take it meanwhile. */
  private static int freePort() throws IOException {
    for (int tries = 0; tries < 1_000; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException e) {
        // Taken; the next one.
      }
    }
    throw new IOException("no free port");
  }
}
