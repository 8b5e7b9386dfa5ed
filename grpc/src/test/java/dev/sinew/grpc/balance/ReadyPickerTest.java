// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sinew.balance.Balancer;
import dev.sinew.balance.Picker;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.failover.TieredPicker;
import dev.sinew.grpc.TestMethods;
import dev.sinew.grpc.call.TriedReplicas;
import dev.sinew.grpc.resolve.EndpointAddresses;
import io.grpc.CallOptions;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadyPickerTest {
  private static final int PICKS = 20_000;

  private final ActedChannel channel = new ActedChannel();

  static List<String> policies() {
    return Balancer.names();
  }

  @ParameterizedTest
  @MethodSource("policies")
  void a_pick_allocates_nothing(String policy) {
    TriedReplicas tried = new TriedReplicas();
    tried.sentTo("node-1");
    tried.nextAttempt();
    PickSubchannelArgs args = ActedChannel.args(
        TestMethods.GET, CallOptions.DEFAULT.withOption(TriedReplicas.KEY, tried));
    allocatesNothing(new ReadyPicker(Balancer.named(policy).picker(nodes(5), 0), null), args);
    List<Picker<GrpcNode>> tiers = List.of(
        Balancer.named(policy).picker(nodes(2), 0), Balancer.named(policy).picker(nodes(3), 0));
    allocatesNothing(new ReadyPicker(new TieredPicker<>(tiers, List.of(0.5, 0.5)), null), args);
  }

  private static void allocatesNothing(ReadyPicker picker, PickSubchannelArgs args) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    picks(picker, args);
    long before = threads.getCurrentThreadAllocatedBytes();
    picks(picker, args);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    // Less than one byte a pick: the measurement itself allocates a little.
    assertThat(bytes).isLessThan(PICKS);
  }

  private static void picks(ReadyPicker picker, PickSubchannelArgs args) {
    for (int i = 0; i < PICKS; i++) {
      if (!picker.pickSubchannel(args).hasResult()) {
        throw new AssertionError("nothing was picked");
      }
    }
  }

  private List<GrpcNode> nodes(int count) {
    List<GrpcNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Endpoint endpoint = Endpoint.of("127.0.0.1", 1 + i).withId("node-" + i);
      EquivalentAddressGroup group =
          EndpointAddresses.group(endpoint, InetAddress.getLoopbackAddress());
      nodes.add(new GrpcNode(
          endpoint,
          channel.createSubchannel(
              CreateSubchannelArgs.newBuilder().setAddresses(group).build()),
          (drained, now) -> {}));
    }
    return nodes;
  }
}
