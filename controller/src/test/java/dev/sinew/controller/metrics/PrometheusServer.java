// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import dev.sinew.consul.server.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus that scrapes, twice a second, whatever a controller's {@code /sd} names. */
final class PrometheusServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;
  private final Process process;

  private PrometheusServer(URI url, Process process) {
    this.url = url;
    this.process = process;
  }

  static PrometheusServer start(Path folder, URI controller, String... flags)
      throws IOException, InterruptedException {
    Path config = Files.writeString(folder.resolve("prometheus.yml"), """
        global: {scrape_interval: 500ms, scrape_timeout: 400ms}
        scrape_configs:
        - job_name: sinew
          http_sd_configs: [{url: '%s/sd', refresh_interval: 1s}]
        """.formatted(controller));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(List.of(
        TestServers.program("prometheus").toString(),
        "--config.file=" + config,
        "--storage.tsdb.path=" + folder.resolve("data"),
        "--web.listen-address=127.0.0.1:" + port));
    command.addAll(List.of(flags));
    Path log = Files.createDirectories(Path.of("target", "servers"))
        .resolve("prometheus-" + port + ".log");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    return new PrometheusServer(URI.create("http://127.0.0.1:" + port), process);
  }

  /** The samples that a query has now; none while the server cannot be asked. */
  List<JsonNode> query(String promQl) throws InterruptedException {
    String query = URLEncoder.encode(promQl, StandardCharsets.UTF_8);
    try {
      HttpResponse<String> answer = http.send(
          HttpRequest.newBuilder(url.resolve("/api/v1/query?query=" + query))
              .timeout(Duration.ofSeconds(5))
              .build(),
          HttpResponse.BodyHandlers.ofString());
      List<JsonNode> samples = new ArrayList<>();
      if (answer.statusCode() != 200) {
        return samples; // it starts
      }
      JsonMapper.shared().readTree(answer.body()).path("data").path("result").forEach(samples::add);
      return samples;
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The value of the one sample that a query has, once it is as wanted. */
  double await(String promQl, java.util.function.DoublePredicate wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<JsonNode> samples;
    do {
      samples = query(promQl);
      if (samples.size() == 1) {
        double value = Double.parseDouble(samples.get(0).get("value").get(1).stringValue());
        if (wanted.test(value)) {
          return value;
        }
      }
      TimeUnit.MILLISECONDS.sleep(100);
    } while (System.nanoTime() < deadline);
    throw new AssertionError(promQl + " is " + samples + " after " + PATIENCE);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
