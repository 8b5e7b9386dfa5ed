// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.grpc.SinewChannels;
import io.grpc.Server;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two primaries in processes of their own and two backups, announced in a real Consul. */
@Tag("consul")
class ConsulPrimariesTest {
  /** Backups are to serve within 100 ms of the loss; a busy machine gets five times as long. */
  private static final long TAKEOVER_MILLIS = 500;

  private static final int OBSERVED_SECONDS = 8;

  @Test
  void backups_answer_when_all_primaries_are_killed_and_primaries_return_without_a_swing()
      throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev()) {
      String target = "consul://" + agent.authority() + "/orders";
      Server one = Replica.start(target, 1);
      Server other = Replica.start(target, 1);
      try (ReplicaProcess first = new ReplicaProcess(target, 0);
          ReplicaProcess second = new ReplicaProcess(target, 0);
          Calls calls = new Calls(SinewChannels.forTarget(target).build())) {
        first.serving();
        second.serving();
        calls.start();
        calls.await("all on primaries", stats -> stats.ready() == 4 && stats.tier() == 0);
        assertThat(agent.api().get("/v1/health/service/orders?tag=backup").body())
            .contains("\"backup\"")
            .doesNotContain("\"primary\"");
        TimeUnit.SECONDS.sleep(2);
        long killed = System.nanoTime();
        first.kill();
        second.kill();
        long millis = TimeUnit.NANOSECONDS.toMillis(calls.firstBy(1, killed) - killed);
        calls.await("only backups", stats -> stats.known() == 2 && stats.tier() == 1);

        try (ReplicaProcess back = new ReplicaProcess(target, 0);
            ReplicaProcess too = new ReplicaProcess(target, 0)) {
          back.serving();
          too.serving();
          calls.await("the primaries again", stats -> stats.tier() == 0);
          double share = observeReturn(calls);
          System.out.printf(
              "consul: fault=primaries-killed takeover_ms=%d share_after_%d_s=%.2f %s%n",
              millis, OBSERVED_SECONDS, share, calls.finish());
        }
        assertThat(millis).isLessThan(TAKEOVER_MILLIS);
      } finally {
        one.shutdownNow();
        other.shutdownNow();
      }
    }
  }

  /** The primaries' share only grows, and not in leaps; returns the last. */
  private static double observeReturn(Calls calls) throws InterruptedException {
    double before = primaries(calls);
    assertThat(before).isLessThan(0.3);
    for (int i = 0; i < OBSERVED_SECONDS * 4; i++) {
      TimeUnit.MILLISECONDS.sleep(250);
      double now = primaries(calls);
      assertThat(now).as("share of primaries").isBetween(before - 1e-9, before + 0.2);
      before = now;
    }
    assertThat(before).isGreaterThan(0.2);
    return before;
  }

  private static double primaries(Calls calls) {
    return calls.stats().shares().getOrDefault(0, 0.0);
  }
}
