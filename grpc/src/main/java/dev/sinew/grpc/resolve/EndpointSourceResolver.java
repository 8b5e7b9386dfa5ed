// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.resolve;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.grpc.state.ChannelState;
import dev.sinew.retry.Backoff;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hands the lists of an {@link EndpointSource} to a channel.
 *
 * <p>After a good list an empty one is ignored: a registry that lost its memory looks the same as a
 * service that lost its replicas, and the replicas that are really gone are noticed by their
 * connections. Before the first good list calls wait for a short time, then fail: a service that starts
 * together with its clients is not registered yet. If the channel knew a good list before, from its life before it was idle or from a snapshot, they wait for a second at most
 * and go on with that list until the source says something.
 *
 * <p>Host names are looked up with each list, whenever the channel asks for a refresh (at most once a
 * second), and, while one cannot be looked up, again and again at growing intervals. A name that takes
 * longer than a second is published when it is known, after the others.
 */
public final class EndpointSourceResolver extends NameResolver {
  private static final Logger LOG = System.getLogger(EndpointSourceResolver.class.getName());

  /** How long calls wait for a source that says nothing at all, or that nobody is there yet. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How long a list waits for its slowest names, and the shortest time between two refreshes. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Backoff LOOKUPS = new Backoff(PAUSE, 2, Duration.ofSeconds(30));

  private final String target;
  private final String authority;
  private final EndpointSource source;
  private final SynchronizationContext context;
  private final ScheduledExecutorService timer;
  private final HostNames names;
  private final ChannelState state;
  private final Executor offload;
  private List<Endpoint> endpoints = List.of();
  private List<EquivalentAddressGroup> known = List.of();
  private @Nullable Listener2 listener;
  private SynchronizationContext.@Nullable ScheduledHandle patience;
  private SynchronizationContext.@Nullable ScheduledHandle recall;
  private SynchronizationContext.@Nullable ScheduledHandle slowNames;
  private SynchronizationContext.@Nullable ScheduledHandle lookupAgain;
  private SynchronizationContext.@Nullable ScheduledHandle refreshed;
  private int failedLookups;
  private boolean emptied;
  private boolean shutdown;

  /**
   * A resolver that is not started.
   *
   * @param target as the user wrote it
   * @param authority the channel's name for TLS and for {@code :authority}
   * @param source not started
   */
  public EndpointSourceResolver(String target, String authority, EndpointSource source, Args args) {
    this(target, authority, source, args, InetAddress::getByName);
  }

  EndpointSourceResolver(
      String target, String authority, EndpointSource source, Args args, HostNames.Lookup lookup) {
    this.target = Targets.printable(target);
    this.authority = authority;
    this.source = source;
    this.context = args.getSynchronizationContext();
    this.timer = args.getScheduledExecutorService();
    Executor executor = args.getOffloadExecutor();
    this.offload = executor == null ? Runnable::run : executor;
    this.names = new HostNames(context, offload, lookup, this::lookedUp);
    this.state = ChannelState.of(args);
    state.sourced();
  }

  @Override
  public String getServiceAuthority() {
    return authority;
  }

  @Override
  public void start(Listener2 channel) {
    listener = channel;
    patience = schedule(PATIENCE.toNanos(), this::fail);
    if (state.remembers()) {
      recall = schedule(PAUSE.toNanos(), this::recall);
    }
    try {
      source.start(this::accept);
    } catch (RuntimeException e) {
      // An exception here would end the whole channel for good.
      LOG.log(Level.ERROR, "event=source_not_started target=" + target, e);
      stopWaiting();
      listedNone();
    }
  }

  /** The channel lost a connection: a name may lead elsewhere by now. */
  @Override
  public void refresh() {
    if (shutdown || refreshed != null) {
      return;
    }
    refreshed = schedule(PAUSE.toNanos(), () -> refreshed = null);
    names.lookUpAll();
  }

  @Override
  public void shutdown() {
    shutdown = true;
    stopWaiting();
    for (SynchronizationContext.ScheduledHandle timed :
        Arrays.asList(recall, slowNames, lookupAgain, refreshed)) {
      if (timed != null) {
        timed.cancel();
      }
    }
    source.close();
  }

  /** Runs in a thread of the source. */
  private void accept(List<Endpoint> list) {
    List<Endpoint> copy = List.copyOf(list);
    context.execute(() -> listed(copy));
  }

  private void listed(List<Endpoint> list) {
    if (shutdown) {
      return;
    }
    if (list.isEmpty()) {
      listedNone();
      return;
    }
    state.heard(System.nanoTime());
    emptied = false;
    if (recall != null) {
      recall.cancel();
      recall = null;
    }
    if (!list.equals(endpoints) || known.isEmpty()) {
      use(list);
    }
  }

  private void listedNone() {
    boolean news = !emptied;
    emptied = true;
    if (known.isEmpty()) {
      if (recall == null && patience == null) {
        fail();
      }
    } else if (news) {
      state.heardEmpty();
      LOG.log(
          Level.WARNING, "event=empty_list_ignored target=" + target + " known=" + known.size());
    }
  }

  /** The source has said nothing useful for a second. */
  private void recall() {
    recall = null;
    offload.execute(() -> {
      List<Endpoint> remembered = state.recall();
      context.execute(() -> recalled(remembered));
    });
  }

  private void recalled(List<Endpoint> remembered) {
    if (shutdown || !endpoints.isEmpty()) {
      return;
    }
    if (remembered.isEmpty()) {
      if (emptied && patience == null) {
        fail();
      }
      return;
    }
    LOG.log(
        Level.WARNING,
        "event=source_silent target=" + target + " state=stale known=" + remembered.size());
    state.recalled();
    use(remembered);
  }

  private void use(List<Endpoint> list) {
    endpoints = list;
    names.want(list.stream().map(Endpoint::host).collect(Collectors.toSet()));
    lookedUp();
  }

  /** Publishes when every name is looked up, or after a pause those that are. */
  private void lookedUp() {
    if (shutdown) {
      return;
    }
    if (!names.settled()) {
      if (slowNames == null) {
        slowNames = schedule(PAUSE.toNanos(), this::publishWithoutSlowNames);
      }
      return;
    }
    if (slowNames != null) {
      slowNames.cancel();
      slowNames = null;
    }
    lookUpFailedLater();
    publish(addressed());
  }

  private void publishWithoutSlowNames() {
    slowNames = null;
    List<EquivalentAddressGroup> groups = addressed();
    if (!groups.isEmpty()) {
      publish(groups);
    }
  }

  private List<EquivalentAddressGroup> addressed() {
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      InetAddress address = names.address(endpoint.host());
      if (address != null) {
        groups.add(EndpointAddresses.group(endpoint, address));
      }
    }
    return groups;
  }

  private void lookUpFailedLater() {
    if (names.failed().isEmpty()) {
      failedLookups = 0;
    } else if (lookupAgain == null) {
      failedLookups++;
      LOG.log(
          Level.WARNING,
          "event=hosts_unknown target=" + target + " count=" + names.failed().size() + " first="
              + Expect.printable(Collections.min(names.failed())));
      lookupAgain = schedule(LOOKUPS.nanos(failedLookups, ThreadLocalRandom.current()), () -> {
        lookupAgain = null;
        names.lookUpFailed();
        lookedUp();
      });
    }
  }

  private SynchronizationContext.ScheduledHandle schedule(long nanos, Runnable task) {
    return context.schedule(task, nanos, TimeUnit.NANOSECONDS, timer);
  }

  private void publish(List<EquivalentAddressGroup> groups) {
    if (shutdown || (!groups.isEmpty() && groups.equals(known))) {
      return;
    }
    if (groups.isEmpty()) {
      if (known.isEmpty()) {
        fail();
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
