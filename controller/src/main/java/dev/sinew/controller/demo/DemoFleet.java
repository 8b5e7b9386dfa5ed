// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import com.sun.net.httpserver.HttpServer;
import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.policy.StepLimits;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.consul.ConsulEndpointSourceProvider;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.demo.system.DemoSystem;
import dev.sinew.controller.registry.RegistryServer;
import dev.sinew.controller.sample.SampleServer;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.SinewChannels;
import dev.sinew.load.LoadReport;
import dev.sinew.orca.OrcaSignalSource;
import dev.sinew.process.Doorkeeper;
import dev.sinew.process.FleetStatus;
import dev.sinew.process.ProcessScaleTarget;
import dev.sinew.process.ProcessSpec;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The demo's controller: registry, child processes, load reports and the loop that joins them. */
final class DemoFleet implements AutoCloseable {
  static final String SERVICE = "orders";

  private static final System.Logger LOG = System.getLogger(DemoFleet.class.getName());
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration IN_WINDOW = Duration.ofSeconds(10);
  private static final StepLimits.Step IN_STEP = new StepLimits.Step(2, 0, Duration.ofSeconds(5));

  private final RegistryServer registry;
  private final ProcessScaleTarget target;
  private final OrcaSignalSource signals;
  private final @Nullable DemoSystem system;
  private final @Nullable Beside beside;
  private final Autoscaler autoscaler;
  private final List<DemoResult.Decision> decisions = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sinew-demo-tick");
        thread.setDaemon(true);
        return thread;
      });
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Opens the registry; no replica is started yet.
   *
   * @throws IOException if the port is taken or the system that tells signals is not there
   */
  DemoFleet(DemoSettings settings, Path logs, Path cache) throws IOException, InterruptedException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
    registry = RegistryServer.start(address, null);
    try {
      system = settings.signals() == DemoSystem.Kind.ORCA
          ? null
          : DemoSystem.start(settings.signals(), SERVICE, registry.http(), serviceTarget(), logs);
    } catch (IOException | InterruptedException | RuntimeException e) {
      registry.close();
      throw e;
    }
    try {
      target = ProcessScaleTarget.start(
          spec(logs, cache), system == null ? Doorkeeper.NONE : system.doorkeeper());
    } catch (IOException | RuntimeException | Error e) {
      if (system != null) {
        system.close();
      }
      registry.close();
      throw e;
    }
    signals = OrcaSignalSource.start(
        new ConsulEndpointSourceProvider().open(serviceTarget()), DemoFleet::channel);
    autoscaler = new Autoscaler(
        policy(settings.signals(), system),
        target,
        List.of(system == null ? signals : system.signals()),
        1);
    beside = system == null
        ? null
        : new Beside(policy(DemoSystem.Kind.ORCA, null), target::replicas, signals);
  }

  /** What is shortened so that the demo takes two minutes, in words. */
  static String shortened() {
    return String.format(
        Locale.ROOT,
        "replicas may leave %d s after they were last needed (default %d s), %d per %d s (default 1 or 10 %% per 60 s)",
        IN_WINDOW.toSeconds(),
        Stabilization.defaults().inWindow().toSeconds(),
        IN_STEP.replicas(),
        IN_STEP.period().toSeconds());
  }

  HttpServer http() {
    return registry.http();
  }

  String registryAddress() {
    return registry.address().getHostString() + ":" + registry.address().getPort();
  }

  String serviceTarget() {
    return "consul://" + registryAddress() + "/" + SERVICE;
  }

  /** A channel for the calls. */
  ManagedChannel client() {
    return system == null
        ? SinewChannels.forTarget(serviceTarget()).build()
        : system.client(serviceTarget());
  }

  /** One sentence about who tells the signals, or empty. */
  String introduction() {
    return system == null ? "" : system.introduction();
  }

  /** What ORCA's load reports would have decided; empty if they did decide. */
  List<DemoResult.Decision> besides() {
    return beside == null ? List.of() : beside.decisions();
  }

  /** Begins to tick; the first decision starts the smallest fleet. */
  void begin(long originNanos) {
    Future<?> unused = ticker.scheduleWithFixedDelay(
        () -> tick(originNanos), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until so many replicas serve. */
  boolean awaitReady(int count, Duration bound) throws InterruptedException {
    long end = System.nanoTime() + bound.toNanos();
    while (target.replicas().ready() < count || signals.reports().size() < count) {
      if (System.nanoTime() >= end || closed.get()) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  Replicas replicas() {
    return target.replicas();
  }

  List<DemoResult.Decision> decisions() {
    return List.copyOf(decisions);
  }

  /** The latest decision as a sentence, or empty. */
  String lastDecision() {
    return decisions.isEmpty() ? "" : DemoSummary.sentence(decisions.get(decisions.size() - 1));
  }

  /** Kills the replica that was started first of those that serve; returns its id, or null if none does. */
  @Nullable String killOldest() {
    Map<String, Instant> started = started();
    return target.status().children().stream()
        .filter(child -> child.state() == FleetStatus.State.READY)
        .min(Comparator.comparing(child -> started.getOrDefault(child.id(), Instant.MAX)))
        .filter(child ->
            ProcessHandle.of(child.pid()).map(ProcessHandle::destroyForcibly).orElse(false))
        .map(FleetStatus.ChildStatus::id)
        .orElse(null);
  }

  private Map<String, Instant> started() {
    Map<String, Instant> started = new HashMap<>();
    target.replicas().all().forEach(replica -> started.put(replica.id(), replica.startedAt()));
    return started;
  }

  /** One line for each replica. */
  List<String> lines() {
    Map<String, LoadReport> reports = signals.reports();
    List<String> lines = new ArrayList<>();
    for (FleetStatus.ChildStatus child : target.status().children()) {
      LoadReport report = reports.getOrDefault(child.id(), LoadReport.UNKNOWN);
      String load = Double.isNaN(report.utilization())
          ? "no report"
          : String.format(
              Locale.ROOT,
              "utilization %3.0f %%   in flight %4d   %4.0f calls/s",
              100 * report.utilization(),
              report.inFlight(),
              report.callsPerSecond());
      String state = child.state().name().toLowerCase(Locale.ROOT);
      lines.add(String.format(Locale.ROOT, "  %-12s %-9s %s", child.id(), state, load));
    }
    return lines;
  }

  /** The replicas for the page. */
  List<ReplicaRow> rows() {
    Map<String, LoadReport> reports = signals.reports();
    double calls = reports.values().stream()
        .mapToDouble(LoadReport::callsPerSecond)
        .filter(rate -> rate > 0)
        .sum();
    Map<String, Instant> started = started();
    return target.status().children().stream()
        .map(child -> row(child, reports, calls, started))
        .toList();
  }

  private static ReplicaRow row(
      FleetStatus.ChildStatus child,
      Map<String, LoadReport> reports,
      double allCalls,
      Map<String, Instant> started) {
    LoadReport report = reports.getOrDefault(child.id(), LoadReport.UNKNOWN);
    Instant since = started.get(child.id());
    boolean ready = child.state() == FleetStatus.State.READY;
    String state = child.state().name().toLowerCase(Locale.ROOT);
    return new ReplicaRow(
        child.id(),
        state,
        since == null ? Double.NaN : Duration.between(since, Instant.now()).toMillis() / 1e3,
        allCalls > 0 ? report.callsPerSecond() / allCalls : Double.NaN,
        report.inFlight(),
        report.utilization(),
        ready ? 0 : 1,
        ready ? "" : "it is " + state);
  }

  /** Why there is no fleet, in one line. */
  String trouble() {
    return target.status().children().stream()
        .map(FleetStatus.ChildStatus::lastFailure)
        .filter(failure -> !failure.isEmpty())
        .findFirst()
        .orElse(
            system == null || system.trouble().isEmpty()
                ? "the replicas are not ready within the time allowed"
                : system.trouble());
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      ticker.shutdownNow();
      target.close();
      signals.close();
      if (system != null) {
        system.close();
      }
      registry.close();
    }
  }

  private void tick(long originNanos) {
    try {
      Instant now = Instant.now();
      double at = (System.nanoTime() - originNanos) / 1e9;
      if (beside != null) {
        beside.tick(now, at);
      }
      ScaleDecision decision = autoscaler.tick(now);
      if (decision.changes()) {
        decisions.add(
            new DemoResult.Decision(at, decision.from(), decision.to(), decision.reasons()));
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "tick=failed", e);
    }
  }

  private ProcessSpec spec(Path logs, Path cache) {
    List<String> command = List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx96m",
        "-Xss512k",
        "-cp",
        System.getProperty("java.class.path"),
        SampleServer.class.getName());
    return ProcessSpec.builder(SERVICE, command, logs)
        .environment(Map.of("SAMPLE_WORKERS", Integer.toString(DemoSettings.WORKERS)))
        .registry("consul://" + registryAddress())
        .archiveDirectory(cache)
        .build();
  }

  /** Of the demo's two targets what the system can tell. */
  private static ScalePolicy policy(DemoSystem.Kind kind, @Nullable DemoSystem system) {
    String origin = kind == DemoSystem.Kind.ORCA ? Signal.DIRECT : kind.word();
    Target[] targets = Stream.of(
            Target.requestsPerReplica(DemoSettings.REPLICA_TARGET), Target.utilization(0.9))
        .filter(target -> system == null || system.tells().contains(target.metric()))
        .map(target -> target.from(origin))
        .toArray(Target[]::new);
    return ScalePolicy.of(
        PolicySettings.of(DemoSettings.MIN_REPLICAS, DemoSettings.MAX_REPLICAS, targets)
            .withStabilization(new Stabilization(Duration.ZERO, IN_WINDOW))
            .withSteps(new StepLimits(StepLimits.defaults().out(), IN_STEP)));
  }

  private static ManagedChannel channel(Endpoint endpoint) {
    return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
        .usePlaintext()
        .build();
  }
}
