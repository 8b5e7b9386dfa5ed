// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.ServiceConfig;
import dev.sinew.prometheus.faults.LyingProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ServiceSignalsTest {
  private static final String NOTHING =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
  private static final String FILE = """
      prometheus: {address: "%s"}
      services:
        orders:
          target: {process: {command: ["false"]}}
          replicas: {min: 1, max: 2}
          scale: [{metric: cpu, target: 70%%}]
        orders-backup:
          target: {process: {command: ["false"]}}
          replicas: {min: 1, max: 2}
          scale: [{metric: cpu, target: 70%%}]
          failover: {mode: backup, of: orders}
          signals: {source: prometheus, interval: 1s, freshness: 5s}
      """;

  @TempDir
  private Path folder = Path.of("");

  @Test
  void prometheus_is_asked_of_a_backup_by_its_own_name_as_it_is_scraped() throws Exception {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    LyingProxy prometheus = new LyingProxy(query -> {
      asked.add(query);
      return NOTHING;
    });
    ServiceSignals signals = ServiceSignals.open(backup(prometheus.address()), () -> {
      throw new IllegalStateException("no replica is asked");
    });
    try (prometheus;
        signals) {
      assertThat(requireNonNull(asked.poll(20, TimeUnit.SECONDS)))
          .contains("service=\"orders-backup\"");
      assertThat(signals.direct()).isFalse();
    }
  }

  private LoopSettings backup(String prometheus) throws IOException {
    Path file = Files.writeString(folder.resolve("fleet.yaml"), FILE.formatted(prometheus));
    FleetFile read = FleetFile.read(file, Map.of());
    FleetConfig fleet = requireNonNull(read.config(), read.problems()::toString);
    ServiceConfig service = requireNonNull(fleet.services().get("orders-backup"));
    return LoopSettings.of(service, fleet, read.digest(), "consul://127.0.0.1:1", false);
  }
}
