// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The controller or HAProxy dies, freezes or is replaced while the fleet grows or shrinks. */
@Tag("haproxy")
@Timeout(150)
class RunDoorFaultTest {
  private static final int LOW = 200;
  private static final int HIGH = 500;
  /** The bound is judged on a quiet machine. */
  private static final int NOISE = 2;

  private static final int LONGEST_MILLIS = 3_000;
  private static final String SETTINGS = """
      replicas: {min: 2, max: 4}
      scale: [{metric: requests-per-replica, target: 150/s}]
      signals: {source: haproxy, interval: 1s}
      behavior:
        scale-in: {window: 2s, step: {replicas: 2, period: 1s}}
      """;

  @TempDir
  private Path folder = Path.of("");

  @Test
  void after_kills_of_the_controller_while_scaling_all_is_in_step_and_nothing_lost()
      throws Exception {
    try (DoorFleet all = fleet();
        DoorCalls calls = DoorCalls.grpc(all.port(), LOW)) {
      calls.rate(HIGH);
      all.await("growth", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "desired") == 4);
      long out = restart(all, 4);
      calls.rate(LOW);
      all.await("shrinking", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "desired") == 2);
      long in = restart(all, 2);
      calls.stop();
      System.out.printf(
          "MEASURED door, kill -9 of the controller: in step %d ms after its return growing, %d ms"
              + " shrinking; %s%n",
          out, in, calls);
      assertThat(calls.failures().size()).as("%s", calls.why()).isZero();
      assertThat(out).isLessThan(NOISE * LONGEST_MILLIS);
      assertThat(in).isLessThan(NOISE * LONGEST_MILLIS);
    }
  }

  /** Kills it; after how many milliseconds HAProxy has just those that the next one finds ready. */
  private static long restart(DoorFleet all, int count) throws Exception {
    all.sinew.kill();
    all.sinew.run();
    all.await("a return", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "desired") >= 0);
    long millis = all.await("in step again", DoorFleet.PATIENCE, all::inStep);
    all.await(count + " replicas", DoorFleet.PATIENCE, () -> all.converged(count));
    return millis;
  }

  @Test
  void after_a_freeze_a_reload_and_a_kill_of_haproxy_while_scaling_all_is_in_step()
      throws Exception {
    try (DoorFleet all = fleet();
        DoorCalls calls = DoorCalls.grpc(all.port(), LOW)) {
      calls.rate(HIGH);
      all.await("growth", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "desired") == 4);
      long frozen = System.nanoTime();
      all.haproxy.freeze();
      all.await("ready", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "ready") == 4);
      all.haproxy.thaw();
      long running = System.nanoTime();
      long thawed = all.await("in step again", DoorFleet.PATIENCE, () -> all.converged(4));

      calls.rate(LOW);
      all.await("shrinking", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "desired") == 2);
      all.haproxy.reload();
      long reloaded = all.await("in step again", DoorFleet.PATIENCE, () -> all.converged(2));
      // A frozen HAProxy may refuse a call that came meanwhile; this client tries nothing again.
      assertThat(calls.failuresOutside(frozen, running)).as("%s", calls.why()).isEmpty();
      int refused = calls.failed();

      calls.rate(HIGH);
      all.await("growth", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "desired") == 4);
      long killed = System.nanoTime();
      all.haproxy.kill();
      all.await("ready", DoorFleet.PATIENCE, () -> all.sinew.number("orders", "ready") == 4);
      all.haproxy.start();
      long returned = System.nanoTime();
      long back = all.await("in step again", DoorFleet.PATIENCE, () -> all.converged(4));
      long enough = calls.answered() + HIGH;
      assertThat(RunProcess.until(() -> calls.answered() > enough, DoorFleet.PATIENCE))
          .isTrue();
      calls.stop();
      System.out.printf(
          "MEASURED door, HAProxy: in step %d ms after SIGCONT, %d ms after a reload, %d ms after a"
              + " restart; %s, %d of them refused after the freeze, the others while it was dead%n",
          thawed, reloaded, back, calls, refused);
      assertThat(calls.failuresOutside(killed, returned)).as("%s", calls.why()).hasSize(refused);
      assertThat(calls.why()).doesNotContain("503");
      assertThat(thawed).isLessThan(NOISE * LONGEST_MILLIS);
      assertThat(reloaded).isLessThan(NOISE * LONGEST_MILLIS);
      assertThat(back).isLessThan(NOISE * LONGEST_MILLIS);
    }
  }

  private DoorFleet fleet() throws Exception {
    return DoorFleet.start(folder, RunProcess.sample(folder, SETTINGS), "protocol: grpc");
  }
}
