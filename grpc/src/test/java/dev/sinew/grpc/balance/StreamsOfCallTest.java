// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.Fleet;
import dev.sinew.grpc.TestMethods;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over a real channel whose load balancer lets a call wait until the test has cancelled it. */
@Tag("grpc")
@Timeout(60)
class StreamsOfCallTest {
  private final AtomicReference<@Nullable ClientCall<String, String>> call =
      new AtomicReference<>();
  private final AtomicInteger made = new AtomicInteger();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable GrpcNode node;
  private volatile Runnable release = () -> {};

  @Test
  void a_call_cancelled_while_its_stream_is_made_leaves_nothing_pending() throws Exception {
    Waiting policy = new Waiting();
    LoadBalancerRegistry.getDefaultRegistry().register(policy);
    try (Fleet fleet = new Fleet(1)) {
      ManagedChannel channel = fleet.open(fleet.builder().defaultLoadBalancingPolicy("waiting"));
      ClientCall<String, String> begun = channel.newCall(TestMethods.PUT, CallOptions.DEFAULT);
      call.set(begun);
      begun.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              ended.countDown();
            }
          },
          new Metadata());
      begun.sendMessage("hello");
      begun.halfClose();
      assertThat(ready.await(Fleet.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      release.run();
      assertThat(ended.await(Fleet.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(made).hasPositiveValue();
      assertThat(Objects.requireNonNull(node).load().pending()).isZero();
    } finally {
      LoadBalancerRegistry.getDefaultRegistry().deregister(policy);
    }
  }

  /** Makes the tracer and, before the waiting call gets the stream, cancels it. */
  private LoadBalancer.PickResult cancelling(LoadBalancer.Subchannel subchannel, GrpcNode picked) {
    ClientStreamTracer.Factory counting = CallTracer.factory(picked, true);
    return LoadBalancer.PickResult.withSubchannel(subchannel, new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata headers) {
        ClientStreamTracer tracer = counting.newClientStreamTracer(info, headers);
        made.incrementAndGet();
        Objects.requireNonNull(call.get()).cancel("enough", null);
        return tracer;
      }
    });
  }

  private final class Waiting extends LoadBalancerProvider {
    @Override
    public boolean isAvailable() {
      return true;
    }

    @Override
    public int getPriority() {
      return 5;
    }

    @Override
    public String getPolicyName() {
      return "waiting";
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
      return new LoadBalancer() {
        @Override
        public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
          if (node != null) {
            return Status.OK;
          }
          Subchannel subchannel = helper.createSubchannel(CreateSubchannelArgs.newBuilder()
              .setAddresses(resolved.getAddresses().get(0))
              .build());
          GrpcNode only =
              new GrpcNode(Endpoint.of("127.0.0.1", 1), subchannel, (drained, now) -> {});
          node = only;
          release = () -> helper
              .getSynchronizationContext()
              .execute(() -> helper.updateBalancingState(
                  ConnectivityState.READY, new FixedResultPicker(cancelling(subchannel, only))));
          subchannel.start(state -> {
            if (state.getState() == ConnectivityState.READY) {
              ready.countDown();
            }
          });
          subchannel.requestConnection();
          return Status.OK;
        }

        @Override
        public void handleNameResolutionError(Status error) {}

        @Override
        public void shutdown() {}
      };
    }
  }
}
