// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.prometheus.PrometheusQueries;
import dev.sinew.prometheus.PrometheusSignalSource;
import dev.sinew.prometheus.http.Failure;
import dev.sinew.prometheus.http.PrometheusTarget;
import dev.sinew.prometheus.server.PrometheusServer;
import dev.sinew.prometheus.server.TestExporter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real Prometheus that stops, dies, comes back, or is lied about. */
@Tag("prometheus")
class PrometheusFaultsTest {
  private static final Duration FRESHNESS = Duration.ofSeconds(2);

  private final List<AutoCloseable> open = new ArrayList<>();
  private PrometheusServer server;

  @BeforeEach
  void start() throws Exception {
    TestExporter exporter = new TestExporter(() -> "g 7\n");
    open.add(exporter);
    server = PrometheusServer.start(PrometheusServer.scraping(
        Duration.ofMillis(300), "orders", exporter.target("r1"), exporter.target("r2")));
    open.add(0, server);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void a_stopped_prometheus_is_late_and_recovers() throws Exception {
    Watch watch = watch(server.http().toString());
    watch.awaitWell();
    server.signal("STOP");
    watch.awaitUnknown(Failure.LATE, 0);
    server.signal("CONT");
    watch.awaitWell();
  }

  @Test
  void a_killed_prometheus_is_unreachable_and_recovers() throws Exception {
    Watch watch = watch(server.http().toString());
    watch.awaitWell();
    server.kill();
    watch.awaitUnknown(Failure.UNREACHABLE, 0);
    assertThat(watch.source().lastFailure()).contains("connection refused");
    server.start();
    watch.awaitWell();
  }

  @Test
  void what_prometheus_has_forgotten_by_a_restart_is_no_zero() throws Exception {
    Watch watch = watch(server.http().toString());
    watch.awaitWell();
    server.reload(PrometheusServer.scraping(Duration.ofSeconds(10), "orders"));
    // Its targets are gone, its series are not for five minutes.
    watch.await(() -> watch.signals().isEmpty());
    assertThat(watch.count(Failure.EMPTY) + watch.count(Failure.STALE)).isPositive();
  }

  @Test
  void lies_about_a_real_prometheus_become_unknown() throws Exception {
    LyingProxy proxy = new LyingProxy(server::query);
    open.add(0, proxy);
    Watch watch = watch(proxy.address());
    for (Lie lie : List.of(Lie.STALE, Lie.DUPLICATE, Lie.BROKEN_OFF, Lie.PARTIAL, Lie.HUNG)) {
      watch.awaitWell();
      long before = watch.count(lie.failure);
      proxy.tell(lie);
      watch.awaitUnknown(lie.failure, before);
      proxy.tell(null);
    }
    watch.awaitWell();
  }

  private Watch watch(String address) {
    PrometheusSignalSource source = PrometheusSignalSource.start(
        PrometheusTarget.at(address),
        PrometheusQueries.of("orders", Duration.ofSeconds(2))
            .with(Metric.IN_FLIGHT, "max by (replica) (g{service=\"$service\"})"),
        Duration.ofMillis(500),
        FRESHNESS,
        InstantSource.system());
    open.add(0, source);
    return new Watch(source, value -> value == 7);
  }
}
