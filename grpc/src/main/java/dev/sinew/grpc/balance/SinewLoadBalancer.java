// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.balance;

import dev.sinew.Expect;
import dev.sinew.balance.Balancer;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.failover.StableEndpoints;
import dev.sinew.grpc.resolve.EndpointAddresses;
import dev.sinew.grpc.resolve.Targets;
import dev.sinew.grpc.state.ChannelState;
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
 * Keeps one subchannel per endpoint, also per backup so that it is warm, and a picker over those that
 * are ready.
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

  /** How often the shares of several tiers follow load and time. */
  private static final long SEVERAL_TIERS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How often a list in doubt is looked at although no connection changed. */
  private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often a list is kept for a restart although nothing changed. */
  private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(30);

  private final Helper helper;
  private final SynchronizationContext context;
  private final ChannelState state;
  private final StableEndpoints<Key> stable = new StableEndpoints<>();
  private final Tiers tiers = new Tiers(Config.DEFAULT_POLICY);
  private Map<Key, GrpcNode> nodes = new LinkedHashMap<>();
  private Status lastFailure = Status.UNAVAILABLE;
  private @Nullable ConnectivityState shown;
  private SynchronizationContext.@Nullable ScheduledHandle refresh;
  private boolean untold;
  private boolean doubting;
  private long doubts;
  private boolean shutdown;

  /** For one channel; {@code state} is told what it does. */
  public SinewLoadBalancer(Helper helper, ChannelState state) {
    this.helper = helper;
    this.context = helper.getSynchronizationContext();
    this.state = state;
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
    if (resolved.getLoadBalancingPolicyConfig() instanceof Config config) {
      tiers.policy(config.policy());
    }
    Map<Key, EquivalentAddressGroup> listed = new LinkedHashMap<>();
    for (EquivalentAddressGroup group : resolved.getAddresses()) {
      listed.putIfAbsent(Key.of(group), group);
    }
    if (listed.isEmpty() && nodes.isEmpty()) {
      Status empty = noEndpoint();
      handleNameResolutionError(empty);
      return empty;
    }
    long nowNanos = System.nanoTime();
    use(stable.listed(listed.keySet(), this::serves, nowNanos), listed);
    publish();
    if (listed.isEmpty()) {
      return noEndpoint();
    }
    state.resolved(nowNanos);
    return Status.OK;
  }

  private Status noEndpoint() {
    return Status.UNAVAILABLE.withDescription(
        Targets.printable(helper.getChannelTarget()) + ": no endpoint is known");
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

  private boolean serves(Key key) {
    GrpcNode node = nodes.get(key);
    return node != null && node.serves();
  }

  private void use(List<Key> keys, Map<Key, EquivalentAddressGroup> listed) {
    Map<Key, GrpcNode> gone = nodes;
    nodes = new LinkedHashMap<>();
    for (Key key : keys) {
      EquivalentAddressGroup group = listed.get(key);
      GrpcNode kept = gone.remove(key);
      if (kept == null && group != null) {
        nodes.put(key, start(EndpointAddresses.endpoint(group), group));
      } else if (kept != null) {
        if (group != null) {
          kept.describe(EndpointAddresses.endpoint(group));
        }
        nodes.put(key, kept);
      }
    }
    gone.values().forEach(node -> node.subchannel().shutdown());
    untold = true;
    logDoubts();
  }

  private void logDoubts() {
    boolean suspicious = stable.doubts() > doubts;
    String event = suspicious ? "list_suspicious" : "list_trusted";
    if (suspicious || (doubting && !stable.doubting())) {
      LOG.log(
          suspicious ? Level.WARNING : Level.INFO,
          "event=" + event + " target=" + Targets.printable(helper.getChannelTarget()) + " used="
              + nodes.size() + " retained=" + stable.retained().size());
    }
    doubts = stable.doubts();
    doubting = stable.doubting();
  }

  /** A connection changed, or time has passed: what the latest list leaves out may go. */
  private void settle() {
    if (stable.doubting()) {
      use(stable.review(this::serves, System.nanoTime()), Map.of());
    }
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
    settle();
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
    settle();
    publish();
  }

  /** Shows the channel its state and picker. */
  private void publish() {
    cancelRefresh();
    if (shutdown) {
      return;
    }
    ReadyPicker picker = tiers.picker(nodes.values(), System.nanoTime());
    if (picker != null) {
      show(ConnectivityState.READY, picker);
    } else if (nodes.values().stream().allMatch(GrpcNode::failing)) {
      show(ConnectivityState.TRANSIENT_FAILURE, always(PickResult.withError(lastFailure)));
    } else {
      show(ConnectivityState.CONNECTING, always(PickResult.withNoResult()));
    }
    tell();
    scheduleRefresh(picker != null);
  }

  private void tell() {
    int serving = (int) nodes.values().stream().filter(GrpcNode::serves).count();
    state.inUse(new ChannelState.InUse(
        nodes.size(), serving, stable.retained().size(), stable.doubts(), tiers.shares()));
    if (serving > 0 && untold) {
      untold = false;
      state.good(nodes.values().stream().map(GrpcNode::endpoint).toList());
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

  private void scheduleRefresh(boolean ready) {
    long policy = tiers.refreshNanos();
    long next = state.keeps() ? KEEP_NANOS : Long.MAX_VALUE;
    next = ready && policy > 0 ? Math.min(next, policy) : next;
    next = tiers.several() ? Math.min(next, SEVERAL_TIERS_NANOS) : next;
    next = stable.doubting() ? Math.min(next, DOUBT_NANOS) : next;
    if (next < Long.MAX_VALUE) {
      refresh = context.schedule(
          this::refresh, next, TimeUnit.NANOSECONDS, helper.getScheduledExecutorService());
    }
  }

  private void refresh() {
    untold = true;
    settle();
    publish();
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
      List<SocketAddress> addresses, String id, @Nullable Instant startedAt) {
    static Key of(EquivalentAddressGroup group) {
      Endpoint endpoint = EndpointAddresses.endpoint(group);
      return new Key(group.getAddresses(), endpoint.id(), endpoint.startedAt());
    }
  }

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
