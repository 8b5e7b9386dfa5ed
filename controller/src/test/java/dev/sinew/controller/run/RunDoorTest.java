// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sinew run} and a real HAProxy as the only door, and the only one who tells of the load. */
@Tag("haproxy")
@Timeout(120)
class RunDoorTest {
  private static final String SETTINGS = """
      replicas: {min: 2, max: 4}
      scale: [{metric: requests-per-replica, target: 150/s}]
      signals: %s
      behavior:
        scale-in: {window: 2s, step: {replicas: 2, period: 1s}}
      """;
  private static final int PEAK = 500;
  private static final String HAPROXY = "{source: haproxy, interval: 1s}";

  @TempDir
  private Path folder = Path.of("");

  @Test
  void the_fleet_follows_haproxys_statistics_and_loses_no_grpc_call() throws Exception {
    String fleet = RunProcess.sample(folder, SETTINGS.formatted(HAPROXY));
    try (DoorFleet all = DoorFleet.start(folder, fleet, "protocol: grpc");
        DoorCalls calls = DoorCalls.grpc(all.port(), 200)) {
      outAndIn(all, calls, "gRPC");
    }
  }

  @Test
  void the_fleet_follows_haproxys_statistics_and_loses_no_http_call() throws Exception {
    Path backend = Path.of("../examples/haproxy/Backend.java").toAbsolutePath().normalize();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String fleet = """
        controller: {listen: "127.0.0.1:0"}
        services:
          orders:
            target:
              process:
                command: ["%s", -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx96m, "%s"]
                port-env: PORT
                class-data-sharing: false
            health: {check: http, path: /health}
            on-controller-loss: stop
        %s""".formatted(java, backend, SETTINGS.formatted(HAPROXY).indent(4));
    try (DoorFleet all = DoorFleet.start(folder, fleet, "protocol: http");
        DoorCalls calls = DoorCalls.http(all.port(), 150)) {
      outAndIn(all, calls, "HTTP/1.1");
    }
  }

  private static void outAndIn(DoorFleet all, DoorCalls calls, String what) throws Exception {
    assertThat(RunProcess.until(() -> calls.answered() > 100, DoorFleet.PATIENCE))
        .isTrue();
    long step = System.nanoTime();
    calls.rate(PEAK);
    long out = all.await("four replicas", DoorFleet.PATIENCE, () -> all.converged(4));
    long enough = calls.answered() + PEAK;
    assertThat(RunProcess.until(() -> calls.answered() > enough, DoorFleet.PATIENCE))
        .isTrue();
    long first = all.longestFirstMillis(step);
    calls.rate(100);
    long in = all.await("two replicas", DoorFleet.PATIENCE, () -> all.converged(2));
    calls.stop();
    System.out.printf(
        "MEASURED door %s: 2 to 4 replicas %d ms after the step, first calls at most %d ms after ready,"
            + " back to 2 after %d ms; %s%n",
        what, out, first, in, calls);
    assertThat(calls.failures()).isEmpty();
    assertThat(first).isBetween(0L, 1_000L);
  }

  @Test
  void weights_follow_the_reports_and_new_replicas_serve_after_a_restart() throws Exception {
    String fleet = RunProcess.sample(folder, SETTINGS.formatted("{source: orca, interval: 1s}"));
    try (DoorFleet all = DoorFleet.start(folder, fleet, "protocol: grpc, balance: weighted");
        DoorCalls calls = DoorCalls.grpc(all.port(), 200)) {
      // A report of 0 calls is no capacity; with load each server's weight moves off its 100 %.
      Map<String, String> equal = all.weights();
      long moved = all.await(
          "other weights than " + equal,
          DoorFleet.PATIENCE,
          () -> !all.weights().equals(equal));
      all.sinew.kill();
      all.sinew.run();
      calls.rate(PEAK);
      long out = all.await("four replicas", DoorFleet.PATIENCE, () -> all.converged(4));
      assertThat(RunProcess.until(() -> calls.firstAnswers().size() == 4, Duration.ofSeconds(5)))
          .as("%s", calls.firstAnswers().keySet())
          .isTrue();
      calls.stop();
      System.out.printf(
          "MEASURED door weighted: weights %s after %d ms, 4 replicas %d ms after a restart; %s%n",
          all.weights(), moved, out, calls);
      assertThat(calls.failures()).isEmpty();
    }
  }
}
