// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A {@code sinew run} of the service orders that follows its replicas' reports and a Prometheus. */
final class WatchedRun implements AutoCloseable {
  static final Duration FRESHNESS = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final RunProcess sinew;
  final SteadyLoad load;

  private WatchedRun(RunProcess sinew, SteadyLoad load) {
    this.sinew = sinew;
    this.load = load;
  }

  /** Starts the fleet with two replicas, and few calls. */
  static WatchedRun start(Path folder, String prometheus) throws Exception {
    RunProcess sinew = new RunProcess(folder);
    sinew.write("prometheus: {address: \"" + prometheus + "\"}\n" + RunProcess.sample(folder, """
        replicas: {min: 2, max: 8}
        signals:
          - {source: orca, interval: 1s, freshness: 5s}
          - {source: prometheus, interval: 1s, freshness: 3s, window: 3s}
        scale: [{metric: requests-per-replica, target: 60/s}]
        behavior:
          scale-in: {window: 2s, step: {replicas: 2, period: 1s}}
        """));
    sinew.run();
    assertThat(sinew.awaitReady("orders", 2, PATIENCE)).as("%s", sinew.output()).isTrue();
    String registry = sinew.url().replace("http://", "consul://");
    return new WatchedRun(sinew, new SteadyLoad(registry + "/orders", 30, 500));
  }

  /** What a Prometheus needs to scrape the fleet: twice a second whatever the controller names. */
  String scraping() throws IOException {
    return """
        global: {scrape_interval: 500ms, scrape_timeout: 500ms}
        scrape_configs:
        - job_name: sinew
          http_sd_configs: [{url: '%s/sd', refresh_interval: 1s}]
        """.formatted(sinew.url());
  }

  void awaitReady(int count) throws InterruptedException {
    await(() -> sinew.number("orders", "ready") == count, count + " ready");
  }

  /** Until Prometheus tells something fresh, or nothing. */
  void awaitKnown(boolean known) throws InterruptedException {
    await(
        () -> sample("sinew_signal_known", "source=\"prometheus\"") == (known ? 1 : 0),
        "prometheus " + (known ? "known" : "unknown"));
  }

  /** Until a reason was counted more often than before. */
  void awaitCounted(String reason, double before) throws InterruptedException {
    await(() -> failures(reason) > before, reason + " counted more than " + before);
  }

  /** How often Prometheus failed so. */
  double failures(String reason) {
    double told =
        sample("sinew_signal_failures_total", "source=\"prometheus\"", "reason=\"" + reason + "\"");
    return Double.isNaN(told) ? 0 : told;
  }

  /**
   * Lets the load fall far below what the fleet can bear, and holds the controller to its number.
   *
   * @return the number
   */
  int assertKeepsWhileLoadFalls() throws InterruptedException {
    load.rate(30);
    await(() -> callsPerSecond() < 60, "the replicas tell of few calls");
    int replicas = sinew.number("orders", "desired");
    assertThat(replicas).isGreaterThan(2);
    assertKeeps(replicas, Duration.ofSeconds(4));
    return replicas;
  }

  /** Lets the load rise, and waits for more replicas to be asked for. */
  void assertGrows(int before, double rate) throws InterruptedException {
    load.rate(rate);
    await(() -> sinew.number("orders", "desired") > before, "more than " + before);
  }

  /** Longer than the two seconds after which replicas that nobody needs leave. */
  void assertKeeps(int replicas, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      assertThat(sinew.number("orders", "desired")).as("%s", sinew.output()).isEqualTo(replicas);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** What the service's view says is wrong. */
  String troubles() {
    return view().get("troubles").toString();
  }

  /** The controller's own words for people. */
  static String status(Path folder) throws Exception {
    RunProcess status = new RunProcess(folder);
    status.start(List.of(), List.of("status", "-f", "fleet.yaml"));
    assertThat(status.await(Duration.ofSeconds(30))).as("%s", status.output()).isZero();
    return String.join("\n", status.output());
  }

  void await(BooleanSupplier condition, String what) throws InterruptedException {
    assertThat(RunProcess.until(condition, PATIENCE))
        .as("%s; view %s, printed %s", what, sinew.get("/api/v1/services/orders"), sinew.output())
        .isTrue();
  }

  @Override
  public void close() throws IOException {
    load.close();
    sinew.close();
  }

  private double callsPerSecond() {
    JsonNode calls = view().get("callsPerSecond");
    return calls == null || calls.isNull() ? Double.NaN : calls.asDouble();
  }

  private JsonNode view() {
    return requireNonNull(sinew.get("/api/v1/services/orders"));
  }

  /** The controller's own sample with these labels; NaN without one. */
  private double sample(String name, String... labels) {
    return Pattern.compile("(?m)^" + name + "\\{([^}]*)\\} (\\S+)")
        .matcher(metrics())
        .results()
        .filter(sample -> Stream.of(labels).allMatch(sample.group(1)::contains))
        .map((MatchResult sample) -> Double.valueOf(sample.group(2)))
        .findFirst()
        .orElse(Double.NaN);
  }

  private String metrics() {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(sinew.url() + "/metrics"))
          .timeout(Duration.ofSeconds(5))
          .build();
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
