// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.LoadReport;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two primaries and two backups on real sockets. */
@Tag("grpc")
@Timeout(90)
class PrimaryBackupTest {
  /** Backups are to serve within 100 ms; a machine with other work gets five times as long. */
  private static final long TAKEOVER_MILLIS = 500;

  @ParameterizedTest
  @ValueSource(strings = {"round_robin", "random", "weighted_round_robin", "least_response_time"})
  void backups_are_connected_and_get_nothing_while_primaries_are_well(String policy) {
    try (Fleet fleet = new Fleet(4)) {
      ManagedChannel channel = open(fleet, "well-" + policy, policy);
      for (int i = 0; i < 200; i++) {
        assertThat(Fleet.call(channel, TestMethods.PUT)).isIn("replica-0", "replica-1");
      }
      StaticStabilityTest.awaitReady(channel, 4);
      assertThat(StaticStabilityTest.stats(channel).tier()).isZero();
      assertThat(StaticStabilityTest.stats(channel).spillOver()).isZero();
      assertThat(fleet.get(2).calls.get() + fleet.get(3).calls.get()).isZero();
    }
  }

  @Test
  void backups_take_over_when_all_primaries_are_killed_and_primaries_return_gently() {
    try (Fleet fleet = new Fleet(4)) {
      SteeredSourceProvider.Steered source = SteeredSourceProvider.source("killed");
      ManagedChannel channel = open(fleet, "killed", "least_response_time");
      StaticStabilityTest.awaitReady(channel, 4);
      try (Traffic traffic = new Traffic(channel)) {
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .containsOnly("replica-0", "replica-1");
        long killed = System.nanoTime();
        fleet.get(0).kill();
        fleet.get(1).kill();
        List<Traffic.End> ends = traffic.next(100);
        long first = ends.stream()
            .filter(end -> end.by().matches("replica-[23]"))
            .mapToLong(Traffic.End::nanos)
            .min()
            .orElseThrow();
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(first - killed);
        assertThat(tookMillis)
            .as("milliseconds until a backup answered")
            .isLessThan(TAKEOVER_MILLIS);
        assertThat(StaticStabilityTest.stats(channel).tier()).isEqualTo(1);

        TestReplica returned = fleet.add();
        long back = System.nanoTime();
        source.list(List.of(
            in(0, returned.endpoint()),
            in(1, fleet.get(2).endpoint()),
            in(1, fleet.get(3).endpoint())));
        Fleet.await(() -> StaticStabilityTest.stats(channel).spillOver() < 0.85);
        double seconds = (System.nanoTime() - back) / 1e9;
        double share = 1 - StaticStabilityTest.stats(channel).spillOver();
        assertThat(share).isLessThan(0.05 * seconds + 0.06);
        assertThat(returned.calls.get()).isPositive();
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .contains("replica-2", "replica-3");
        assertThat(traffic.failed()).isEmpty();
      }
    }
  }

  @Test
  void full_primaries_spill_over_and_take_back_what_they_can_bear() {
    try (Fleet fleet = new Fleet(4)) {
      ManagedChannel channel = open(fleet, "full", "round_robin");
      StaticStabilityTest.awaitReady(channel, 4);
      fleet.get(0).report = utilization(1);
      fleet.get(1).report = utilization(1);
      try (Traffic traffic = new Traffic(channel)) {
        Fleet.await(() -> StaticStabilityTest.stats(channel).spillOver() > 0.25);
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .containsAnyOf("replica-2", "replica-3");
        double spilled = StaticStabilityTest.stats(channel).spillOver();
        fleet.get(0).report = utilization(0.5);
        fleet.get(1).report = utilization(0.5);
        Fleet.await(() -> StaticStabilityTest.stats(channel).spillOver() < spilled - 0.05);
        assertThat(traffic.failed()).isEmpty();
      }
    }
  }

  private static ManagedChannel open(Fleet fleet, String name, String policy) {
    SteeredSourceProvider.source(name)
        .list(List.of(
            in(1, fleet.get(2).endpoint()),
            in(0, fleet.get(0).endpoint()),
            in(0, fleet.get(1).endpoint()),
            in(1, fleet.get(3).endpoint())));
    return fleet.open(SinewChannels.forTarget("steered:///" + name).policy(policy));
  }

  private static Endpoint in(int priority, Endpoint at) {
    return new Endpoint(at.id(), at.host(), at.port(), "", 100, priority, null, Map.of());
  }

  private static LoadReport utilization(double share) {
    return new LoadReport(share, Double.NaN, Double.NaN, 100, 0, -1, -1, -1, -1, false);
  }
}
