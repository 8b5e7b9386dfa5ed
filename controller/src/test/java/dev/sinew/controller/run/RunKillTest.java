// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.decisions.DecisionReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("run")
class RunKillTest {
  private static final long SEED = 20261122;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir
  private Path folder = Path.of("");

  @Test
  @Timeout(300)
  void twenty_kills_at_random_moments_lose_no_call_and_neither_lose_nor_double_a_replica()
      throws Exception {
    Random random = new Random(SEED);
    try (RunProcess sinew = new RunProcess(folder)) {
      sinew.write(RunProcess.sample(folder, """
          replicas: {min: 2, max: 4}
          scale: [{metric: requests-per-replica, target: 60/s}]
          behavior:
            scale-in: {window: 2s, step: {replicas: 1, period: 1s}}
          """));
      sinew.run();
      assertThat(sinew.awaitReady("orders", 2, PATIENCE))
          .as(String.join("\n", sinew.output()))
          .isTrue();
      String registry = sinew.url().replace("http://", "consul://");
      try (SteadyLoad load = new SteadyLoad(registry + "/orders", 80, 250)) {
        assertThat(RunProcess.until(() -> load.answered() > 50, PATIENCE)).isTrue();
        for (int kill = 1; kill <= 20; kill++) {
          load.rate(kill % 4 < 2 ? 80 : 200);
          TimeUnit.MILLISECONDS.sleep(random.nextInt(4000));
          sinew.kill();
          assertThat(sinew.replicas()).as("kill %d", kill).hasSizeBetween(2, 5);
          DecisionReader.Tally log = readLog();
          assertThat(log.refused()).as("kill %d", kill).isEmpty();
          // A line that the kill tore, at most one for each kill.
          assertThat(log.skipped()).as("kill %d", kill).isLessThanOrEqualTo(kill);
          assertThat(log.records()).as("kill %d", kill).isPositive();
          sinew.run();
        }
        load.rate(80);
        assertThat(sinew.awaitReady("orders", 2, Duration.ofSeconds(60)))
            .as(String.join("\n", sinew.output()))
            .isTrue();
        load.stop();
        assertThat(load.failed()).as("%s, seed %d", load.errors(), SEED).isZero();
        assertThat(load.answered()).isGreaterThan(1000);
      }
      assertThat(RunProcess.until(() -> count(sinew) == 2, Duration.ofSeconds(20)))
          .isTrue();
      assertThat(sinew.number("orders", "desired")).isEqualTo(2);
    }
  }

  private DecisionReader.Tally readLog() throws IOException {
    return new DecisionReader(folder.resolve(".sinew/fleet/services/orders/decisions"))
        .read(entry -> {});
  }

  private static int count(RunProcess sinew) {
    try {
      List<Long> replicas = sinew.replicas();
      return replicas.size();
    } catch (IOException e) {
      return -1;
    }
  }
}
