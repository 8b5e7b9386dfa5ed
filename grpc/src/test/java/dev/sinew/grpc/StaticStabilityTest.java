// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.state.ChannelStats;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sources that hand over wrong lists, while calls go on. */
@Tag("grpc")
@Timeout(90)
class StaticStabilityTest {
  @Test
  void no_call_fails_while_lists_are_empty_halved_and_replaced_and_a_replica_dies()
      throws Exception {
    try (Fleet fleet = new Fleet(4)) {
      SteeredSourceProvider.Steered source = SteeredSourceProvider.source("wrong");
      List<Endpoint> good = endpoints(fleet);
      source.list(good);
      ManagedChannel channel =
          fleet.open(SinewChannels.forTarget("steered:///wrong").policy("round_robin"));
      fleet.meetAll(channel);
      try (Traffic traffic = new Traffic(channel)) {
        source.list(List.of());
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .contains("replica-0", "replica-3");
        source.list(good.subList(0, 2));
        Fleet.await(() -> stats(channel).retained() == 2);
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .contains("replica-0", "replica-3");
        source.list(unreachable(3));
        Fleet.await(() -> stats(channel).known() == 7);
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .contains("replica-0", "replica-3");
        source.list(misled(good));
        Fleet.await(() -> stats(channel).known() == 8);
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .contains("replica-0", "replica-3");
        fleet.get(3).kill();
        Fleet.await(() -> stats(channel).known() == 7);
        assertThat(traffic.next(100))
            .extracting(Traffic.End::by)
            .contains("replica-0")
            .doesNotContain("replica-3");
        source.list(good.subList(0, 3));
        Fleet.await(() -> stats(channel).retained() == 0);
        assertThat(stats(channel).suspiciousLists()).isEqualTo(4);
        assertThat(stats(channel).known()).isEqualTo(3);
        assertThat(traffic.next(100)).isNotEmpty();
        assertThat(traffic.failed()).isEmpty();
      }
    }
  }

  @Test
  void replicas_that_leave_in_an_orderly_way_are_gone_as_soon_as_they_say_so() {
    try (Fleet fleet = new Fleet(6)) {
      SteeredSourceProvider.Steered source = SteeredSourceProvider.source("leaving");
      source.list(endpoints(fleet));
      ManagedChannel channel =
          fleet.open(SinewChannels.forTarget("steered:///leaving").policy("round_robin"));
      fleet.meetAll(channel);
      try (Traffic traffic = new Traffic(channel)) {
        source.list(endpoints(fleet).subList(0, 2));
        Fleet.await(() -> stats(channel).retained() == 4);
        for (int i = 2; i < 6; i++) {
          fleet.get(i).health.setStatus("", ServingStatus.NOT_SERVING);
        }
        Fleet.await(() -> stats(channel).known() == 2);
        assertThat(traffic.next(50)).extracting(Traffic.End::by).doesNotContain("replica-4");
        assertThat(traffic.failed()).isEmpty();
      }
    }
  }

  @Test
  void another_fleet_takes_over_when_it_has_proven_itself() {
    try (Fleet fleet = new Fleet(4)) {
      SteeredSourceProvider.Steered source = SteeredSourceProvider.source("other");
      List<Endpoint> both = endpoints(fleet);
      source.list(both.subList(0, 2));
      ManagedChannel channel =
          fleet.open(SinewChannels.forTarget("steered:///other").policy("round_robin"));
      awaitReady(channel, 2);
      try (Traffic traffic = new Traffic(channel)) {
        source.list(both.subList(2, 4));
        Fleet.await(() -> stats(channel).known() == 2 && stats(channel).retained() == 0);
        assertThat(traffic.next(50)).extracting(Traffic.End::by).contains("replica-2", "replica-3");
        assertThat(traffic.failed()).isEmpty();
      }
    }
  }

  @Test
  void a_channel_that_was_idle_goes_on_with_what_it_knew_while_its_source_is_silent() {
    try (Fleet fleet = new Fleet(1)) {
      SteeredSourceProvider.source("idle").list(endpoints(fleet));
      ManagedChannel channel = fleet.open(SinewChannels.forTarget("steered:///idle"));
      fleet.meetAll(channel);
      assertThat(stats(channel).fromSnapshot()).isFalse();
      SteeredSourceProvider.forget("idle");
      SteeredSourceProvider.Steered silent = SteeredSourceProvider.source("idle");
      channel.enterIdle();
      Fleet.await(() -> channel.getState(false) == ConnectivityState.IDLE);
      assertThat(Fleet.call(channel, TestMethods.GET)).isEqualTo("replica-0");
      assertThat(stats(channel).fromSnapshot()).isTrue();
      silent.list(endpoints(fleet));
      Fleet.await(() -> !stats(channel).fromSnapshot());
    }
  }

  /** Connects, without a call. */
  static void awaitReady(ManagedChannel channel, int replicas) {
    ConnectivityState unused = channel.getState(true);
    Fleet.await(() -> stats(channel).ready() == replicas);
  }

  static ChannelStats stats(ManagedChannel channel) {
    return SinewChannels.stats(channel);
  }

  private static List<Endpoint> endpoints(Fleet fleet) {
    return fleet.all().stream().map(TestReplica::endpoint).toList();
  }

  /** The same replicas, said to be where nobody listens. */
  private static List<Endpoint> misled(List<Endpoint> replicas) throws IOException {
    List<Endpoint> misled = new ArrayList<>(unreachable(replicas.size()));
    for (int i = 0; i < misled.size(); i++) {
      misled.set(i, misled.get(i).withId(replicas.get(i).id()));
    }
    return misled;
  }

  /** Ports where nobody listens. */
  private static List<Endpoint> unreachable(int count) throws IOException {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        endpoints.add(Endpoint.of("127.0.0.1", closed.getLocalPort()).withId("nobody-" + i));
      }
    }
    return endpoints;
  }
}
