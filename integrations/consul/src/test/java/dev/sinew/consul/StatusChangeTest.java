// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.server.ConsulAgent;
import dev.sinew.consul.server.ConsulApi;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How soon a change of one instance's status reaches a waiting client, by the number of instances. */
@Tag("consul")
class StatusChangeTest {
  // More by -Dsinew.changes=N.
  private static final int CHANGES = Integer.getInteger("sinew.changes", 24);

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1000})
  void a_status_change_reaches_a_waiting_client_within_100_ms(int instances) throws Exception {
    try (ConsulAgent agent = ConsulAgent.dev();
        Watched watched = new Watched("consul://" + agent.authority() + "/orders")) {
      ConsulApi api = agent.api();
      for (int i = 0; i < instances; i++) {
        api.put("/v1/agent/service/register", registration(i));
      }
      watched.awaitSize(instances);
      long[] nanos = new long[CHANGES];
      for (int i = 0; i < CHANGES; i++) {
        boolean fails = i % 2 == 0;
        quiet(instances);
        long began = System.nanoTime();
        api.put("/v1/agent/check/" + (fails ? "fail" : "pass") + "/o0-ttl", "");
        watched.awaitSize(fails ? instances - 1 : instances);
        nanos[i] = System.nanoTime() - began;
      }
      Arrays.sort(nanos);
      long p50 = TimeUnit.NANOSECONDS.toMillis(nanos[CHANGES / 2]);
      long p99 = TimeUnit.NANOSECONDS.toMillis(nanos[(int) Math.ceil(CHANGES * 0.99) - 1]);
      System.out.printf(
          "consul: instances=%d changes=%d p50_ms=%d p99_ms=%d%n", instances, CHANGES, p50, p99);
      // The goal is 100 ms; a machine that is busy gets five times as long.
      assertThat(p99).as("p99 in ms").isLessThan(500);
    }
  }

  // A change that follows another at once waits for the pace of queries, which is not the question
  // here:
  // four a second in the long run, and ten times as long as reading the last answer took.
  private static void quiet(int instances) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(260 + instances / 2);
  }

  private static String registration(int i) {
    return "{'ID':'o" + i + "','Name':'orders','Address':'10.0.0.1','Port':" + (i + 1)
        + ",'Tags':['primary'],'Meta':{'zone':'eu-1a','version':'7','priority':'0'},"
        + "'Checks':[{'CheckID':'o" + i + "-ttl','TTL':'10m','Status':'passing'}]}";
  }
}
