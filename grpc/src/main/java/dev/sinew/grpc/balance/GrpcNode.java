// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import dev.sinew.balance.Node;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.LoadReport;
import dev.sinew.load.NodeLoad;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.SynchronizationContext;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One replica as the load balancer knows it: its subchannel, its load, and the results of picking it.
 *
 * <p>The state belongs to the channel's synchronization context; the rest may be read anywhere.
 */
final class GrpcNode implements Node {
  private final NodeLoad load = new NodeLoad();
  private final Subchannel subchannel;
  private final BiConsumer<GrpcNode, Boolean> onDraining;
  private final PickResult unary;
  private final PickResult streaming;
  private volatile Endpoint endpoint;
  private volatile boolean draining;
  private boolean proven;
  private SynchronizationContext.@Nullable ScheduledHandle drainingEnd;
  private ConnectivityStateInfo state = ConnectivityStateInfo.forNonError(ConnectivityState.IDLE);

  /**
   * A node that is not started.
   *
   * @param onDraining told, from any thread, when a report says otherwise than {@link #draining}
   */
  GrpcNode(Endpoint endpoint, Subchannel subchannel, BiConsumer<GrpcNode, Boolean> onDraining) {
    this.endpoint = endpoint;
    this.subchannel = subchannel;
    this.onDraining = onDraining;
    this.unary = PickResult.withSubchannel(subchannel, CallTracer.factory(this, true));
    this.streaming = PickResult.withSubchannel(subchannel, CallTracer.factory(this, false));
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public NodeLoad load() {
    return load;
  }

  Subchannel subchannel() {
    return subchannel;
  }

  PickResult result(MethodType type) {
    return type == MethodType.UNARY ? unary : streaming;
  }

  /** Discovery describes the same replica anew. */
  void describe(Endpoint latest) {
    endpoint = latest;
  }

  /** A report came with an answer. */
  void reported(LoadReport report) {
    if (report.draining() != draining) {
      onDraining.accept(this, report.draining());
    }
  }

  boolean draining() {
    return draining;
  }

  /** Takes whether it drains; a second chance that was planned before is off. */
  void draining(boolean now) {
    draining = now;
    if (drainingEnd != null) {
      drainingEnd.cancel();
      drainingEnd = null;
    }
  }

  /** Plans when it is asked again whether it drains. */
  void drainingEnd(SynchronizationContext.ScheduledHandle planned) {
    drainingEnd = planned;
  }

  ConnectivityStateInfo state() {
    return state;
  }

  boolean ready() {
    return state.getState() == ConnectivityState.READY;
  }

  /** Whether it was ever ready. */
  boolean proven() {
    return proven;
  }

  /** Whether it should get calls: ready, and not about to leave. */
  boolean serves() {
    return ready() && !draining;
  }

  boolean failing() {
    return state.getState() == ConnectivityState.TRANSIENT_FAILURE;
  }

  /**
   * Takes the subchannel's new state.
   *
   * <p>A node that failed stays failed until it is ready: while it tries to connect again and again,
   * calls are not to wait for it.
   */
  void state(ConnectivityStateInfo latest) {
    boolean connecting = latest.getState() == ConnectivityState.CONNECTING
        || latest.getState() == ConnectivityState.IDLE;
    if (!failing() || !connecting) {
      state = latest;
    }
    proven |= ready();
  }

  @Override
  public String toString() {
    return endpoint.id() + " " + state.getState() + (draining ? " draining" : "");
  }
}
