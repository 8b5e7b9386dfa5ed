// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo.system;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.consul.ConsulEndpointSourceProvider;
import dev.sinew.controller.metrics.RegistryWatch;
import dev.sinew.controller.metrics.ScrapeTargets;
import dev.sinew.grpc.SinewChannels;
import dev.sinew.process.Doorkeeper;
import dev.sinew.prometheus.PrometheusQueries;
import dev.sinew.prometheus.PrometheusSignalSource;
import dev.sinew.prometheus.http.PrometheusTarget;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A Prometheus that scrapes the demo's replicas twice a second. */
final class PrometheusSystem implements DemoSystem {
  private static final Duration WINDOW = Duration.ofSeconds(3);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration FRESHNESS = Duration.ofSeconds(5);
  private static final Set<Metric> FOLLOWED = Set.of(Metric.CALLS_PER_SECOND, Metric.UTILIZATION);

  private final ServerProgram program;
  private final RegistryWatch watch;
  private final PrometheusSignalSource signals;
  private final String address;

  private PrometheusSystem(
      ServerProgram program, RegistryWatch watch, PrometheusSignalSource signals, String address) {
    this.program = program;
    this.watch = watch;
    this.signals = signals;
    this.address = address;
  }

  static PrometheusSystem start(String service, HttpServer http, String registered, Path logs)
      throws IOException, InterruptedException {
    Path binary = ServerProgram.find("prometheus");
    RegistryWatch watch = new RegistryWatch(
        () -> Set.of(service), name -> new ConsulEndpointSourceProvider().open(registered));
    watch.run();
    ScrapeTargets targets = new ScrapeTargets(watch::found, Optional::empty, false);
    http.createContext("/sd", targets::handle);
    Path config = logs.resolve("prometheus.yml");
    String discovery = "http://" + http.getAddress().getAddress().getHostAddress() + ":"
        + http.getAddress().getPort() + "/sd";
    Files.writeString(config, text(discovery));
    int port = ServerProgram.freePort();
    ServerProgram program = ServerProgram.start(
        "prometheus",
        List.of(
            binary.toString(),
            "--config.file=" + config,
            "--storage.tsdb.path=" + logs.resolve("prometheus"),
            "--web.listen-address=127.0.0.1:" + port,
            "--log.level=warn"),
        logs);
    program.await(() -> listens(port));
    String address = "http://127.0.0.1:" + port;
    PrometheusSignalSource signals = PrometheusSignalSource.start(
        PrometheusTarget.at(address),
        PrometheusQueries.of(service, WINDOW, PrometheusQueries.Names.SINEW).only(FOLLOWED),
        INTERVAL,
        FRESHNESS,
        InstantSource.system());
    return new PrometheusSystem(program, watch, signals, address);
  }

  private static String text(String discovery) {
    return """
        global: {scrape_interval: 500ms, scrape_timeout: 400ms}
        scrape_configs:
          - job_name: demo
            http_sd_configs: [{url: '%s', refresh_interval: 1s}]
        """.formatted(discovery);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public SignalSource signals() {
    return signals;
  }

  @Override
  public Set<Metric> tells() {
    return signals.tells();
  }

  @Override
  public Doorkeeper doorkeeper() {
    return Doorkeeper.NONE;
  }

  @Override
  public ManagedChannel client(String registered) {
    return SinewChannels.forTarget(registered).build();
  }

  @Override
  public String introduction() {
    return "Signals: only what Prometheus tells, at " + address
        + "; ORCA load reports are watched beside it";
  }

  @Override
  public String trouble() {
    return program.alive() ? signals.lastFailure() : "prometheus has ended";
  }

  @Override
  public void close() {
    signals.close();
    watch.close();
    program.close();
  }
}
