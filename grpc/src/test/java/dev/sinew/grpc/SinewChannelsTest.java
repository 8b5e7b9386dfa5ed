// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("grpc")
@Timeout(60)
class SinewChannelsTest {
  @Test
  void a_channel_of_one_line_reaches_every_replica() {
    try (Fleet fleet = new Fleet(3)) {
      ManagedChannel channel = fleet.open(SinewChannels.forTarget(fleet.target()));
      fleet.meetAll(channel);
      assertThat(fleet.all()).allMatch(replica -> replica.connections.get() == 1);
    }
  }

  @Test
  void plain_grpc_reaches_the_policy_by_its_service_config() {
    try (Fleet fleet = new Fleet(3)) {
      Map<String, ?> config =
          Map.of("loadBalancingConfig", List.of(Map.of("sinew", Map.of("policy", "round_robin"))));
      ManagedChannel channel =
          fleet.open(Grpc.newChannelBuilder(fleet.target(), InsecureChannelCredentials.create())
              .defaultServiceConfig(config)
              .build());
      fleet.meetAll(channel);
      int before = fleet.get(0).calls.get();
      Set<String> turn = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        turn.add(Fleet.call(channel, TestMethods.GET));
      }
      assertThat(turn).hasSize(3);
      assertThat(fleet.get(0).calls.get() - before).isEqualTo(10);
    }
  }

  @Test
  void an_ipv4_address_and_a_name_resolve_with_dns_as_well() {
    try (Fleet fleet = new Fleet(1)) {
      ManagedChannel channel =
          fleet.open(SinewChannels.forTarget("dns:///127.0.0.1:" + fleet.get(0).port()));
      assertThat(Fleet.call(channel, TestMethods.GET)).isEqualTo("replica-0");
      ManagedChannel named = fleet.open(
          SinewChannels.forTarget("static:///localhost:" + fleet.get(0).port()));
      assertThat(Fleet.call(named, TestMethods.GET)).isEqualTo("replica-0");
    }
  }

  @Test
  void a_server_without_health_service_and_reports_is_served_as_well() {
    try (TestReplica plain = new TestReplica("plain", false);
        Fleet fleet = new Fleet(0)) {
      ManagedChannel channel =
          fleet.open(SinewChannels.forTarget("dns:///127.0.0.1:" + plain.port()));
      assertThat(Fleet.call(channel, TestMethods.GET)).isEqualTo("plain");
    }
  }

  @Test
  void an_unknown_policy_in_the_service_config_stops_the_channel() {
    Map<String, ?> config =
        Map.of("loadBalancingConfig", List.of(Map.of("sinew", Map.of("policy", "best"))));
    SinewChannelBuilder builder =
        SinewChannels.forTarget("static:///127.0.0.1:1").defaultServiceConfig(config);
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessageContaining("policy: best (expected: one of [");
  }

  @Test
  void a_bad_static_target_is_told_when_the_channel_is_built() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinewChannels.forTarget("static:///127.0.0.1").build())
        .withMessageContaining("target: static:///127.0.0.1 (expected: host:port or [ipv6]:port");
  }

  @Test
  void a_channel_of_another_make_has_no_stats() {
    ManagedChannel other = Grpc.newChannelBuilder(
            "static:///127.0.0.1:1", InsecureChannelCredentials.create())
        .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinewChannels.stats(other))
        .withMessageEndingWith("(expected: a channel made by SinewChannels, not wrapped)");
    other.shutdownNow();
  }
}
