// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import dev.sinew.Expect;
import dev.sinew.balance.Balancer;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.resolve.EndpointAddresses;
import dev.sinew.grpc.resolve.Targets;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one subchannel per endpoint and a picker over those that are ready.
 *
 * <p>Everything but the pickers runs in the channel's synchronization context.
 */
public final class SinewLoadBalancer extends LoadBalancer {
  private static final Logger LOG = System.getLogger(SinewLoadBalancer.class.getName());

  /**
   * A node that drains gets no calls and so cannot say that it changed its mind: after this long it
   * may show it with one.
   */
  private static final long DRAINING_SECONDS = 30;

  private final Helper helper;
  private final SynchronizationContext context;
  private Map<Key, GrpcNode> nodes = new LinkedHashMap<>();
  private Balancer balancer = Balancer.named(Config.DEFAULT_POLICY);
  private Status lastFailure = Status.UNAVAILABLE;
  private @Nullable ConnectivityState shown;
  private SynchronizationContext.@Nullable ScheduledHandle refresh;
  private boolean shutdown;

  /** For one channel. */
  public SinewLoadBalancer(Helper helper) {
    this.helper = helper;
    this.context = helper.getSynchronizationContext();
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
    if (resolved.getLoadBalancingPolicyConfig() instanceof Config config
        && !config.policy().equals(balancer.name())) {
      balancer = Balancer.named(config.policy());
    }
    if (resolved.getAddresses().isEmpty()) {
      Status empty = Status.UNAVAILABLE.withDescription(
          Targets.printable(helper.getChannelTarget()) + ": no endpoint is known");
      handleNameResolutionError(empty);
      return empty;
    }
    replaceNodes(resolved.getAddresses());
    publish();
    return Status.OK;
  }

  /** After a good list the last good one goes on. */
  @Override
  public void handleNameResolutionError(Status error) {
    if (nodes.isEmpty()) {
      lastFailure = error;
      publish();
    }
  }

  @Override
  public void requestConnection() {
    nodes.values().forEach(node -> node.subchannel().requestConnection());
  }

  @Override
  public void shutdown() {
    shutdown = true;
    cancelRefresh();
    nodes.values().forEach(node -> node.subchannel().shutdown());
    nodes = new LinkedHashMap<>();
  }

  private void replaceNodes(List<EquivalentAddressGroup> groups) {
    Map<Key, GrpcNode> gone = nodes;
    nodes = new LinkedHashMap<>();
    for (EquivalentAddressGroup group : groups) {
      Endpoint endpoint = EndpointAddresses.endpoint(group);
      Key key = new Key(group.getAddresses(), endpoint.id(), endpoint.startedAt());
      GrpcNode kept = gone.remove(key);
      if (kept != null) {
        kept.describe(endpoint);
        nodes.put(key, kept);
      } else if (!nodes.containsKey(key)) {
        nodes.put(key, start(endpoint, group));
      }
    }
    gone.values().forEach(node -> node.subchannel().shutdown());
  }

  private GrpcNode start(Endpoint endpoint, EquivalentAddressGroup group) {
    Subchannel subchannel = helper.createSubchannel(
        CreateSubchannelArgs.newBuilder().setAddresses(group).build());
    GrpcNode node = new GrpcNode(
        endpoint,
        subchannel,
        (drained, now) -> context.execute(() -> drainingChanged(drained, now)));
    subchannel.start(state -> stateChanged(node, state));
    subchannel.requestConnection();
    return node;
  }

  private void stateChanged(GrpcNode node, ConnectivityStateInfo latest) {
    if (!nodes.containsValue(node) || latest.getState() == ConnectivityState.SHUTDOWN) {
      return;
    }
    LOG.log(
        Level.DEBUG,
        () -> "event=replica_state replica=" + node.endpoint().id() + " state=" + latest);
    if (latest.getState() == ConnectivityState.TRANSIENT_FAILURE) {
      lastFailure = latest.getStatus();
      helper.refreshNameResolution();
    }
    if (latest.getState() == ConnectivityState.IDLE) {
      // Another connection may reach another process, which says for itself whether it drains.
      node.draining(false);
      helper.refreshNameResolution();
      node.subchannel().requestConnection();
    }
    node.state(latest);
    publish();
  }

  private void drainingChanged(GrpcNode node, boolean now) {
    if (shutdown || node.draining() == now || !nodes.containsValue(node)) {
      return;
    }
    LOG.log(Level.INFO, "event=replica_draining replica=" + node.endpoint().id() + " now=" + now);
    node.draining(now);
    if (now) {
      node.drainingEnd(context.schedule(
          () -> drainingChanged(node, false),
          DRAINING_SECONDS,
          TimeUnit.SECONDS,
          helper.getScheduledExecutorService()));
    }
    publish();
  }

  /** Shows the channel its state and picker. */
  private void publish() {
    cancelRefresh();
    if (shutdown) {
      return;
    }
    List<GrpcNode> ready = nodes.values().stream().filter(GrpcNode::ready).toList();
    if (!ready.isEmpty()) {
      show(ConnectivityState.READY, new ReadyPicker(balancer, ready, System.nanoTime()));
      scheduleRefresh();
    } else if (nodes.values().stream().allMatch(GrpcNode::failing)) {
      show(ConnectivityState.TRANSIENT_FAILURE, always(PickResult.withError(lastFailure)));
    } else {
      show(ConnectivityState.CONNECTING, always(PickResult.withNoResult()));
    }
  }

  private void show(ConnectivityState state, SubchannelPicker picker) {
    if (state != shown) {
      LOG.log(
          Level.INFO,
          () -> "event=channel_state target="
              + Targets.printable(helper.getChannelTarget()) + " state=" + state
              + " replicas="
              + nodes.size());
      shown = state;
    }
    helper.updateBalancingState(state, picker);
  }

  private void scheduleRefresh() {
    if (balancer.refreshNanos() > 0) {
      refresh = context.schedule(
          this::publish,
          balancer.refreshNanos(),
          TimeUnit.NANOSECONDS,
          helper.getScheduledExecutorService());
    }
  }

  private void cancelRefresh() {
    if (refresh != null) {
      refresh.cancel();
      refresh = null;
    }
  }

  private static SubchannelPicker always(PickResult result) {
    return new FixedResultPicker(result);
  }

  /** What makes a replica the same one: a process that restarted at its address is another. */
  private record Key(
      List<SocketAddress> addresses, String id, @Nullable Instant startedAt) {}

  /**
   * What the service config says.
   *
   * @param policy one of {@link Balancer#names()}
   */
  public record Config(String policy) {
    /** The policy if the config names none. */
    public static final String DEFAULT_POLICY = "least_response_time";

    /** Checks the name. */
    public Config {
      Expect.that(
          Balancer.names().contains(policy), "policy", policy, "one of " + Balancer.names());
    }

    /** Reads it.
     *
     * @throws IllegalArgumentException if it is not of its form
     */
    public static Config parse(Map<String, ?> raw) {
      for (String key : raw.keySet()) {
        Expect.that(key.equals("policy"), "loadBalancingConfig.sinew", key, "the key policy");
      }
      Object policy = raw.get("policy");
      return new Config(policy == null ? DEFAULT_POLICY : String.valueOf(policy));
    }
  }
}
