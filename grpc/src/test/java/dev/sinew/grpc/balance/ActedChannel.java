// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import dev.sinew.grpc.HandTimer;
import dev.sinew.grpc.resolve.EndpointAddresses;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.LoadBalancer.SubchannelStateListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SynchronizationContext;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A channel that only acts: its subchannels and timers do what a test tells them. */
final class ActedChannel extends LoadBalancer.Helper {
  final List<ActedSubchannel> subchannels = new ArrayList<>();
  int refreshes;
  int shown;
  private final SynchronizationContext context = new SynchronizationContext((thread, e) -> {
    throw new AssertionError(e);
  });
  private final HandTimer timer = new HandTimer();
  private @Nullable ConnectivityState state;
  private @Nullable SubchannelPicker picker;

  /** The latest subchannel of an endpoint that is not shut down. */
  ActedSubchannel named(String id) {
    return subchannels.stream()
        .filter(each -> !each.shutdown && each.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  ConnectivityState state() {
    return Objects.requireNonNull(state);
  }

  PickResult pick(MethodDescriptor<?, ?> method) {
    return pick(method, CallOptions.DEFAULT);
  }

  PickResult pick(MethodDescriptor<?, ?> method, CallOptions options) {
    return Objects.requireNonNull(picker).pickSubchannel(new Args(method, options));
  }

  String pickedId(MethodDescriptor<?, ?> method, CallOptions options) {
    return id(pick(method, options));
  }

  /** The endpoint that a result leads to. */
  static String id(PickResult result) {
    return ((ActedSubchannel) result.getSubchannel()).id();
  }

  /** Lets the time of every timer come that is set now. */
  void runTimers() {
    timer.runAll();
  }

  /** The timers that are set and not cancelled. */
  long timersSet() {
    return timer.set();
  }

  @Override
  public Subchannel createSubchannel(CreateSubchannelArgs args) {
    ActedSubchannel created = new ActedSubchannel(args.getAddresses());
    subchannels.add(created);
    return created;
  }

  @Override
  public void updateBalancingState(ConnectivityState latest, SubchannelPicker latestPicker) {
    shown++;
    state = latest;
    picker = latestPicker;
  }

  @Override
  public void refreshNameResolution() {
    refreshes++;
  }

  @Override
  public SynchronizationContext getSynchronizationContext() {
    return context;
  }

  @Override
  public ScheduledExecutorService getScheduledExecutorService() {
    return timer;
  }

  @Override
  public String getChannelTarget() {
    return "acted:///orders";
  }

  @Override
  public String getAuthority() {
    return "orders";
  }

  @Override
  @SuppressWarnings("deprecation")
  public ManagedChannel createOobChannel(EquivalentAddressGroup group, String authority) {
    throw new UnsupportedOperationException();
  }

  /** A connection whose state a test sets. */
  final class ActedSubchannel extends Subchannel {
    int connects;
    boolean shutdown;
    private final List<EquivalentAddressGroup> groups;
    private @Nullable SubchannelStateListener listener;

    private ActedSubchannel(List<EquivalentAddressGroup> groups) {
      this.groups = groups;
    }

    String id() {
      return EndpointAddresses.endpoint(groups.get(0)).id();
    }

    void become(ConnectivityState latest) {
      become(ConnectivityStateInfo.forNonError(latest));
    }

    void become(ConnectivityStateInfo latest) {
      context.execute(() -> Objects.requireNonNull(listener).onSubchannelState(latest));
    }

    @Override
    public void start(SubchannelStateListener observer) {
      listener = observer;
    }

    @Override
    public void shutdown() {
      shutdown = true;
    }

    @Override
    public void requestConnection() {
      connects++;
    }

    @Override
    public List<EquivalentAddressGroup> getAllAddresses() {
      return groups;
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }
  }

  /** An address that is not of the internet. */
  static final class NoAddress extends SocketAddress {
    private static final long serialVersionUID = 1;
    private final String text;

    NoAddress(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class Args extends PickSubchannelArgs {
    private final MethodDescriptor<?, ?> method;
    private final CallOptions options;

    Args(MethodDescriptor<?, ?> method, CallOptions options) {
      this.method = method;
      this.options = options;
    }

    @Override
    public CallOptions getCallOptions() {
      return options;
    }

    @Override
    public Metadata getHeaders() {
      return new Metadata();
    }

    @Override
    public MethodDescriptor<?, ?> getMethodDescriptor() {
      return method;
    }
  }

  /** What a picker is told of a call. */
  static PickSubchannelArgs args(MethodDescriptor<?, ?> method, CallOptions options) {
    return new Args(method, options);
  }

  /** What a stream's tracer is told of its call. */
  static StreamInfo info(CallOptions options) {
    return StreamInfo.newBuilder().setCallOptions(options).build();
  }
}
