// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.LoadReport;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists, health and load reports as they reach the calls of a channel. */
@Tag("grpc")
@Timeout(60)
class DiscoveryTest {
  @Test
  void calls_fail_until_an_endpoint_is_known_and_then_succeed() {
    try (Fleet fleet = new Fleet(1)) {
      SteeredSourceProvider.Steered source = SteeredSourceProvider.source("late");
      source.list(List.of());
      ManagedChannel channel = fleet.open(SinewChannels.forTarget("steered:///late"));
      StatusRuntimeException failure = catchThrowableOfType(
          StatusRuntimeException.class, () -> Fleet.call(channel, TestMethods.GET));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription())
          .contains("steered:///late: no endpoint is known");
      source.list(endpoints(fleet));
      Fleet.await(() -> answered(channel));
    }
  }

  @Test
  void an_empty_list_leaves_the_last_good_one() {
    try (Fleet fleet = new Fleet(2)) {
      SteeredSourceProvider.Steered source = SteeredSourceProvider.source("emptied");
      source.list(endpoints(fleet));
      ManagedChannel channel =
          fleet.open(SinewChannels.forTarget("steered:///emptied").policy("round_robin"));
      fleet.meetAll(channel);
      source.list(List.of());
      assertThat(answering(channel, 50)).containsOnly("replica-0", "replica-1");
    }
  }

  @Test
  void a_new_list_keeps_the_connections_of_those_that_stay() {
    try (Fleet fleet = new Fleet(2)) {
      SteeredSourceProvider.Steered source = SteeredSourceProvider.source("changed");
      source.list(endpoints(fleet));
      ManagedChannel channel =
          fleet.open(SinewChannels.forTarget("steered:///changed").policy("round_robin"));
      fleet.meetAll(channel);
      fleet.add();
      source.list(endpoints(fleet).subList(1, 3));
      Fleet.await(() -> "replica-2".equals(Fleet.call(channel, TestMethods.GET)));
      assertThat(answering(channel, 50)).containsOnly("replica-1", "replica-2");
      assertThat(fleet.get(1).connections).hasValue(1);
    }
  }

  @Test
  void a_replica_that_says_not_serving_leaves_the_rotation_and_comes_back() {
    try (Fleet fleet = new Fleet(2)) {
      ManagedChannel channel = fleet.open(fleet.builder().policy("round_robin"));
      fleet.meetAll(channel);
      fleet.get(0).health.setStatus("", ServingStatus.NOT_SERVING);
      Fleet.await(() -> answering(channel, 20).equals(Set.of("replica-1")));
      fleet.get(0).health.setStatus("", ServingStatus.SERVING);
      Fleet.await(() -> answering(channel, 20).size() == 2);
      assertThat(fleet.get(0).connections).hasValue(1);
    }
  }

  @Test
  void a_replica_that_reports_that_it_drains_leaves_the_rotation() {
    try (Fleet fleet = new Fleet(2)) {
      ManagedChannel channel = fleet.open(fleet.builder().policy("round_robin"));
      fleet.meetAll(channel);
      fleet.get(0).report = report(0.1, true);
      Fleet.await(() -> answering(channel, 20).equals(Set.of("replica-1")));
    }
  }

  @Test
  void weighted_round_robin_follows_the_reports() {
    try (Fleet fleet = new Fleet(2)) {
      fleet.get(0).report = report(0.2, false);
      fleet.get(1).report = report(0.8, false);
      ManagedChannel channel = fleet.open(fleet.builder().policy("weighted_round_robin"));
      fleet.meetAll(channel);
      // The capacities are as 4 to 1; trust in reports ends at 1.5 times the lower of two.
      Fleet.await(() -> {
        int busy = fleet.get(1).calls.get();
        int idle = fleet.get(0).calls.get();
        answering(channel, 100);
        return fleet.get(0).calls.get() - idle > 1.3 * (fleet.get(1).calls.get() - busy);
      });
    }
  }

  private static List<Endpoint> endpoints(Fleet fleet) {
    return fleet.all().stream().map(TestReplica::endpoint).toList();
  }

  private static boolean answered(ManagedChannel channel) {
    try {
      return Fleet.call(channel, TestMethods.GET).equals("replica-0");
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static Set<String> answering(ManagedChannel channel, int calls) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < calls; i++) {
      names.add(Fleet.call(channel, TestMethods.GET));
    }
    return names;
  }

  private static LoadReport report(double utilization, boolean draining) {
    return new LoadReport(utilization, Double.NaN, Double.NaN, 100, 0, -1, -1, -1, -1, draining);
  }
}
