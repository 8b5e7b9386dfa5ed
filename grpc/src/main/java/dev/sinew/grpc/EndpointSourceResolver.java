// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands the lists of an {@link EndpointSource} to a channel.
 *
 * <p>After a good list an empty one is ignored: a registry that lost its memory looks the same as a
 * service that lost its replicas, and the replicas that are really gone are noticed by their
 * connections. Before the first good list calls wait for a short time, then fail.
 */
final class EndpointSourceResolver extends NameResolver {
  private static final Logger LOG = System.getLogger(EndpointSourceResolver.class.getName());

  /** How long calls wait for a source that says nothing at all. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String target;
  private final String authority;
  private final EndpointSource source;
  private final SynchronizationContext context;
  private final ScheduledExecutorService timer;
  private final Executor lookups;
  private final AtomicLong latest = new AtomicLong();

  /** The address of each host name of the last list; guarded by this. */
  private Map<String, InetAddress> addresses = new HashMap<>();

  private List<EquivalentAddressGroup> known = List.of();
  private @Nullable Listener2 listener;
  private SynchronizationContext.@Nullable ScheduledHandle patience;
  private boolean shutdown;

  EndpointSourceResolver(String target, String authority, EndpointSource source, Args args) {
    this.target = SinewChannels.printable(target);
    this.authority = authority;
    this.source = source;
    this.context = args.getSynchronizationContext();
    this.timer = args.getScheduledExecutorService();
    Executor offload = args.getOffloadExecutor();
    this.lookups = offload == null ? Runnable::run : offload;
  }

  @Override
  public String getServiceAuthority() {
    return authority;
  }

  @Override
  public void start(Listener2 channel) {
    listener = channel;
    patience = context.schedule(this::fail, PATIENCE.toNanos(), TimeUnit.NANOSECONDS, timer);
    try {
      source.start(this::accept);
    } catch (RuntimeException e) {
      // An exception here would end the whole channel for good.
      LOG.log(Level.ERROR, "event=source_not_started target=" + target, e);
      fail();
    }
  }

  @Override
  public void shutdown() {
    shutdown = true;
    stopWaiting();
    source.close();
  }

  /** Runs in a thread of the source and must not block it, which a look-up of a host name might. */
  private void accept(List<Endpoint> endpoints) {
    long turn = latest.incrementAndGet();
    List<Endpoint> list = List.copyOf(endpoints);
    lookups.execute(() -> lookUp(list, turn));
  }

  private synchronized void lookUp(List<Endpoint> endpoints, long turn) {
    if (turn != latest.get()) {
      return;
    }
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    Map<String, InetAddress> found = new HashMap<>();
    for (Endpoint endpoint : endpoints) {
      InetAddress address = address(endpoint.host());
      if (address != null) {
        found.put(endpoint.host(), address);
        groups.add(EndpointAddresses.group(endpoint, address));
      }
    }
    if (!groups.isEmpty()) {
      addresses = found;
    }
    context.execute(() -> publish(groups));
  }

  /** A name that cannot be looked up at the moment keeps its address. */
  private @Nullable InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      InetAddress last = addresses.get(host);
      LOG.log(
          Level.WARNING,
          "event=host_unknown target=" + target + " host=" + Expect.printable(host) + " kept="
              + (last != null));
      return last;
    }
  }

  private void publish(List<EquivalentAddressGroup> groups) {
    if (shutdown || (!groups.isEmpty() && groups.equals(known))) {
      return;
    }
    if (groups.isEmpty()) {
      if (known.isEmpty()) {
        fail();
      } else {
        LOG.log(
            Level.WARNING, "event=empty_list_ignored target=" + target + " known=" + known.size());
      }
      return;
    }
    stopWaiting();
    LOG.log(
        Level.INFO,
        "event=endpoints target=" + target + " known=" + groups.size() + " before=" + known.size());
    known = List.copyOf(groups);
    tell(StatusOr.fromValue(known));
  }

  private void fail() {
    stopWaiting();
    LOG.log(Level.WARNING, "event=no_endpoint target=" + target);
    tell(
        StatusOr.fromStatus(Status.UNAVAILABLE.withDescription(target + ": no endpoint is known")));
  }

  private void tell(StatusOr<List<EquivalentAddressGroup>> result) {
    Listener2 channel = listener;
    if (channel != null) {
      // The channel's answer only asks for a refresh, and a source needs none.
      Status unused = channel.onResult2(
          ResolutionResult.newBuilder().setAddressesOrError(result).build());
    }
  }

  private void stopWaiting() {
    if (patience != null) {
      patience.cancel();
      patience = null;
    }
  }
}
