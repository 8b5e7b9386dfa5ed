// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.controller.config.system.SignalConfig;
import dev.sinew.controller.config.system.SignalConfig.Source;
import dev.sinew.controller.fleet.SourceStatus;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.load.LoadReport;
import dev.sinew.orca.OrcaSignalSource;
import dev.sinew.orca.OrcaStats;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All sources of a service's signals, as its fleet file names them. */
final class ServiceSignals implements SignalSource, AutoCloseable {
  private final @Nullable OrcaSignalSource orca;

  private ServiceSignals(@Nullable OrcaSignalSource orca) {
    this.orca = orca;
  }

  /**
   * Opens every source, or none.
   *
   * @param endpoints who is asked for load reports; not asked for if nobody is
   */
  static ServiceSignals open(LoopSettings settings, Supplier<EndpointSource> endpoints) {
    SignalConfig direct = settings.service().signals(Source.ORCA);
    OrcaSignalSource orca = direct == null
        ? null
        : OrcaSignalSource.start(
            endpoints.get(), ServiceSignals::channel, direct.interval(), InstantSource.system());
    return new ServiceSignals(orca);
  }

  /** Whether other settings need other sources. */
  static boolean differ(LoopSettings a, LoopSettings b) {
    return !a.endpoints().equals(b.endpoints())
        || !a.service().signals().equals(b.service().signals());
  }

  @Override
  public List<Signal> read(Instant now) {
    List<Signal> all = new ArrayList<>();
    if (orca != null) {
      all.addAll(orca.read(now));
    }
    return all;
  }

  /** How each source is. */
  List<SourceStatus> status(String service, Instant now) {
    if (orca == null) {
      return List.of();
    }
    Instant latest =
        orca.read(now).stream().map(Signal::at).max(Comparator.naturalOrder()).orElse(null);
    OrcaStats stats = orca.stats();
    Map<String, Long> failures = Map.of(
        "stale", stats.stale(), "rejected", stats.rejected(), "reconnect", stats.reconnects());
    return List.of(new SourceStatus(service, "orca", failures, latest, latest != null));
  }

  /** Whether the replicas themselves are asked. */
  boolean direct() {
    return orca != null;
  }

  /** The fresh load reports of replicas by id. */
  Map<String, LoadReport> reports() {
    return orca == null ? Map.of() : orca.reports();
  }

  @Override
  public void close() {
    if (orca != null) {
      orca.close();
    }
  }

  private static ManagedChannel channel(Endpoint endpoint) {
    return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
        .usePlaintext()
        .build();
  }
}
