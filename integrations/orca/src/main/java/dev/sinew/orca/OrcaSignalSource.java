// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import dev.sinew.Expect;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.load.LoadReport;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Load signals straight from the replicas, by ORCA's out-of-band streams (gRFC A51).
 *
 * <p>It subscribes to every endpoint that the discovery lists, of Sinew's or any other ORCA server, and
 * again, after a jittered pause, whenever a stream ends. A report older than three intervals is unknown.
 */
public final class OrcaSignalSource implements SignalSource, AutoCloseable {
  /** Endpoints beyond this number are not watched. */
  static final int MOST_REPLICAS = 10_000;

  private static final int FRESH_INTERVALS = 3;

  private final EndpointSource endpoints;
  private final StreamContext context;
  private final Duration interval;
  private final InstantSource clock;
  private final StreamCounts counts = new StreamCounts();
  private final Map<String, ReplicaStream> streams = new ConcurrentHashMap<>();
  private final Map<String, Instant> countedAsStale = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor thread;

  private OrcaSignalSource(
      EndpointSource endpoints,
      Function<Endpoint, ManagedChannel> channels,
      Duration interval,
      InstantSource clock) {
    Expect.that(
        interval.toMillis() >= 1000 && interval.compareTo(Duration.ofHours(1)) <= 0,
        "interval",
        interval,
        "1 s to 1 h");
    this.endpoints = endpoints;
    this.interval = interval;
    this.clock = clock;
    thread = new ScheduledThreadPoolExecutor(1, task -> {
      Thread daemon = new Thread(task, "sinew-orca");
      daemon.setDaemon(true);
      return daemon;
    });
    // What arrives after the end is of no interest.
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    thread.setRemoveOnCancelPolicy(true);
    Beginnings beginnings = new Beginnings(thread, task -> {
      Future<?> unused = thread.schedule(task, 1, TimeUnit.SECONDS);
    });
    context = new StreamContext(channels, interval, clock, thread, counts, beginnings);
  }

  /**
   * Starts to watch the replicas of a service, with a report each second.
   *
   * @param endpoints who is there; started and in the end closed by this source
   * @param channels makes the channel to a replica, as {@code Grpc.newChannelBuilderForAddress(host, port,
   *     credentials).build()}; the source shuts it down
   */
  public static OrcaSignalSource start(
      EndpointSource endpoints, Function<Endpoint, ManagedChannel> channels) {
    return start(endpoints, channels, Duration.ofSeconds(1), InstantSource.system());
  }

  /**
   * Starts to watch the replicas of a service.
   *
   * @param interval between a replica's reports, 1 s to 1 h; other servers than Sinew's may insist on 30 s
   * @param clock tells when a report arrived
   */
  public static OrcaSignalSource start(
      EndpointSource endpoints,
      Function<Endpoint, ManagedChannel> channels,
      Duration interval,
      InstantSource clock) {
    OrcaSignalSource source = new OrcaSignalSource(endpoints, channels, interval, clock);
    try {
      endpoints.start(source::listed);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
    return source;
  }

  @Override
  public List<Signal> read(Instant now) {
    List<Signal> signals = new ArrayList<>();
    forEachFresh(now, (replica, received) -> received.addSignals(replica, now, signals));
    return List.copyOf(signals);
  }

  /** The reports that are fresh by this source's clock, by replica id. */
  public Map<String, LoadReport> reports() {
    Map<String, LoadReport> reports = new HashMap<>();
    forEachFresh(clock.instant(), (replica, received) -> reports.put(replica, received.report()));
    return Map.copyOf(reports);
  }

  /** What it has done so far. */
  public OrcaStats stats() {
    return counts.stats(streams.size());
  }

  /** Ends all subscriptions. Never throws. */
  @Override
  public void close() {
    endpoints.close();
    thread.execute(() -> {
      streams.values().forEach(ReplicaStream::close);
      streams.clear();
      thread.shutdownNow();
    });
  }

  private void forEachFresh(Instant now, BiConsumer<String, ReceivedReport> use) {
    streams.forEach((replica, stream) -> {
      ReceivedReport received = stream.latest();
      if (received == null) {
        return;
      }
      if (received.fresh(now, interval.multipliedBy(FRESH_INTERVALS))) {
        use.accept(replica, received);
      } else if (!received.at().equals(countedAsStale.put(replica, received.at()))) {
        counts.stale();
      }
    });
  }

  private void listed(List<Endpoint> list) {
    thread.execute(() -> watch(list));
  }

  private void watch(List<Endpoint> list) {
    Map<String, Endpoint> wanted = new LinkedHashMap<>();
    list.stream().limit(MOST_REPLICAS).forEach(e -> wanted.putIfAbsent(e.id(), e));
    streams.forEach((id, stream) -> {
      Endpoint endpoint = wanted.get(id);
      if (endpoint == null || !stream.serves(endpoint)) {
        streams.remove(id);
        countedAsStale.remove(id);
        stream.close();
      }
    });
    wanted.forEach((id, endpoint) -> {
      if (!streams.containsKey(id)) {
        ReplicaStream stream = new ReplicaStream(endpoint, context);
        streams.put(id, stream);
        stream.begin();
      }
    });
  }
}
