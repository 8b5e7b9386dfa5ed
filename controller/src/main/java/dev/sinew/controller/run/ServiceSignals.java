// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.controller.config.reference.Secret;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.controller.config.system.PrometheusConfig;
import dev.sinew.controller.config.system.SignalConfig;
import dev.sinew.controller.config.system.SignalConfig.Source;
import dev.sinew.controller.door.DoorSettings;
import dev.sinew.controller.fleet.SourceStatus;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.haproxy.socket.HaproxySocket;
import dev.sinew.haproxy.stats.HaproxySignalSettings;
import dev.sinew.haproxy.stats.HaproxySignalSource;
import dev.sinew.load.LoadReport;
import dev.sinew.orca.OrcaSignalSource;
import dev.sinew.orca.OrcaStats;
import dev.sinew.prometheus.PrometheusSignalSource;
import dev.sinew.prometheus.http.PrometheusTarget;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All sources of a service's signals, as its fleet file names them. */
final class ServiceSignals implements SignalSource, AutoCloseable {
  private @Nullable OrcaSignalSource orca;
  private @Nullable PrometheusSignalSource prometheus;
  private @Nullable HaproxySignalSource haproxy;
  private volatile List<Signal> told = List.of();

  private ServiceSignals() {}

  /**
   * Opens every source, or none.
   *
   * @param endpoints who is asked for load reports; not asked for if nobody is
   * @throws IllegalArgumentException if one cannot be opened
   */
  static ServiceSignals open(LoopSettings settings, Supplier<EndpointSource> endpoints) {
    ServiceSignals signals = new ServiceSignals();
    try {
      for (SignalConfig config : settings.service().signals()) {
        signals.open(config, settings, endpoints);
      }
      return signals;
    } catch (RuntimeException | Error e) {
      signals.close();
      throw e;
    }
  }

  private void open(
      SignalConfig config, LoopSettings settings, Supplier<EndpointSource> endpoints) {
    InstantSource clock = InstantSource.system();
    switch (config.source()) {
      case ORCA ->
        orca = OrcaSignalSource.start(
            endpoints.get(), ServiceSignals::channel, config.interval(), clock);
      case PROMETHEUS ->
        prometheus = PrometheusSignalSource.start(
            target(settings.prometheus()),
            config
                // What /sd calls it: its key, also for a backup that announces itself as another.
                .asked(settings.service().name())
                .only(followed(settings, config.source())),
            config.interval(),
            config.freshness(),
            clock);
      case HAPROXY ->
        haproxy = HaproxySignalSource.start(
            sockets(settings.door().haproxy()), watched(config, settings.door()));
    }
  }

  private static List<HaproxySocket> sockets(@Nullable HaproxyConfig config) {
    HaproxyConfig named = Objects.requireNonNull(config, "haproxy");
    return named.sockets().stream().map(HaproxySocket::at).toList();
  }

  private static HaproxySignalSettings watched(SignalConfig config, DoorSettings settings) {
    DoorConfig door = Objects.requireNonNull(settings.door(), "door");
    return new HaproxySignalSettings(
        door.backend(),
        door.protocol() == DoorConfig.Protocol.GRPC,
        settings.sharing().size() == 1,
        config.interval(),
        config.freshness());
  }

  /** What a number follows of one source, and what only people look at. */
  private static Set<Metric> followed(LoopSettings settings, Source source) {
    Set<Metric> followed = settings.service().policy().targets().stream()
        .filter(target -> target.origin().equals(source.origin()))
        .map(Target::metric)
        .collect(Collectors.toSet());
    followed.add(Metric.CALLS_PER_SECOND);
    followed.add(Metric.ERRORS_PER_SECOND);
    followed.add(Metric.IN_FLIGHT);
    return followed;
  }

  private static PrometheusTarget target(@Nullable PrometheusConfig config) {
    PrometheusConfig named = Objects.requireNonNull(config, "prometheus");
    PrometheusTarget target = PrometheusTarget.at(named.address());
    if (named.authority() != null) {
      target = target.withCa(named.authority().toString());
    }
    if (named.token() != null) {
      return target.withToken(named.token().value());
    }
    Secret password = named.password();
    return password == null ? target : target.withUser(named.user(), password.value());
  }

  /** Whether other settings need other sources. */
  static boolean differ(LoopSettings a, LoopSettings b) {
    return !a.endpoints().equals(b.endpoints())
        || !a.service().signals().equals(b.service().signals())
        || !a.service().policy().targets().equals(b.service().policy().targets())
        || !a.door().equals(b.door())
        || !Objects.equals(a.prometheus(), b.prometheus());
  }

  @Override
  public List<Signal> read(Instant now) {
    List<Signal> all = new ArrayList<>();
    if (orca != null) {
      all.addAll(orca.read(now));
    }
    if (prometheus != null) {
      all.addAll(prometheus.read(now));
    }
    if (haproxy != null) {
      all.addAll(haproxy.read(now));
    }
    told = List.copyOf(all);
    return told;
  }

  /** What was told when last read, whoever told it. */
  List<Signal> told() {
    return told;
  }

  /** Whether the replicas themselves are asked. */
  boolean direct() {
    return orca != null;
  }

  /** The fresh load reports of replicas by id. */
  Map<String, LoadReport> reports() {
    return orca == null ? Map.of() : orca.reports();
  }

  /** How each source is. */
  List<SourceStatus> status(String service, Instant now) {
    List<SourceStatus> all = new ArrayList<>();
    if (orca != null) {
      OrcaStats stats = orca.stats();
      Map<String, Long> failures = Map.of(
          "stale", stats.stale(), "rejected", stats.rejected(), "reconnect", stats.reconnects());
      Instant latest =
          orca.read(now).stream().map(Signal::at).max(Comparator.naturalOrder()).orElse(null);
      all.add(new SourceStatus(service, "orca", failures, latest, latest != null));
    }
    if (prometheus != null) {
      boolean known = !prometheus.read(now).isEmpty();
      all.add(new SourceStatus(
          service, "prometheus", prometheus.failures(), prometheus.lastGood(), known));
    }
    if (haproxy != null) {
      boolean known = !haproxy.read(now).isEmpty();
      all.add(new SourceStatus(service, "haproxy", haproxy.failures(), haproxy.lastGood(), known));
    }
    return all;
  }

  /** What a person should know of the sources. */
  List<String> troubles() {
    List<String> all = new ArrayList<>();
    if (prometheus != null && !prometheus.lastFailure().isEmpty()) {
      all.add("prometheus: " + prometheus.lastFailure());
    }
    if (haproxy != null && !haproxy.lastFailure().isEmpty()) {
      all.add("haproxy: " + haproxy.lastFailure());
    }
    return all;
  }

  @Override
  public void close() {
    if (orca != null) {
      orca.close();
    }
    if (prometheus != null) {
      prometheus.close();
    }
    if (haproxy != null) {
      haproxy.close();
    }
  }

  private static ManagedChannel channel(Endpoint endpoint) {
    return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
        .usePlaintext()
        .build();
  }
}
