// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.Memory;
import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.DecisionLog;
import dev.sinew.controller.decisions.DecisionRecorder;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.orca.OrcaSignalSource;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The measured process: a controller's signal source and loop, as shipped, with a target that does not
 * move.
 */
final class ControllerProbe implements AutoCloseable {
  /** What follows it in a line of the output is the result. */
  static final String RESULT = "result ";

  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int LOOKS_A_LINE = 20;
  private static final int HOUR_SECONDS = 3600;
  private static final int MOST_REPLICAS = 10_000;

  private final int replicas;
  private final DecisionLog log;
  private final Consumer<String> progress;
  private final Usage begun = Usage.now();
  private final long begunNanos = System.nanoTime();
  private final OrcaSignalSource source;
  private final IdleFleet fleet;
  private final Autoscaler autoscaler;
  private volatile @Nullable Situation latest;

  /**
   * Starts to watch.
   *
   * @param log is told of each decision, as by the program
   */
  ControllerProbe(List<Endpoint> endpoints, DecisionLog log, Consumer<String> progress) {
    replicas = endpoints.size();
    this.log = log;
    DecisionRecorder recorder = new DecisionRecorder(log, false);
    this.progress = progress;
    Instant now = Instant.now();
    fleet = new IdleFleet(endpoints, now);
    source = OrcaSignalSource.start(
        EndpointSource.fixed(endpoints),
        endpoint -> NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .usePlaintext()
            .build());
    PolicySettings settings =
        PolicySettings.of(1, MOST_REPLICAS, Target.utilization(0.6), Target.requestsPerReplica(70));
    autoscaler = new Autoscaler(
        ScalePolicy.of(settings), fleet, List.of(source), 1, restless(now, replicas));
    autoscaler.witness((situation, decision) -> {
      latest = situation;
      recorder.decided(situation, decision);
    });
  }

  /** Arguments: replicas, ports with commas between them, seconds, a folder for the decision log. */
  public static void main(String[] args) throws IOException {
    int[] ports =
        Arrays.stream(args[1].split(",", -1)).mapToInt(Integer::parseInt).toArray();
    List<Endpoint> endpoints = endpoints(Integer.parseInt(args[0]), ports);
    try (DecisionLog log = DecisionLog.open(Path.of(args[3]), "orders", LogLimits.DEFAULTS);
        ControllerProbe probe =
            new ControllerProbe(endpoints, log, line -> System.out.println(line))) {
      Figures figures = probe.measure(Duration.ofSeconds(Integer.parseInt(args[2])));
      System.out.println(RESULT + JsonMapper.shared().writeValueAsString(figures));
    }
    // Channels of thousands of replicas would take their time to leave.
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  static List<Endpoint> endpoints(int count, int... ports) {
    return IntStream.range(0, count)
        .mapToObj(i -> Endpoint.of("127.0.0.1", ports[i % ports.length]).withId("orders-" + i))
        .toList();
  }

  /** The largest memory that a loop can have: two proposals in each second of an hour. */
  static Memory restless(Instant now, int replicas) {
    List<Proposal> proposals = new ArrayList<>();
    for (int ago = HOUR_SECONDS; ago > 0; ago--) {
      proposals.add(new Proposal(now.minusSeconds(ago), replicas));
      proposals.add(new Proposal(now.minusSeconds(ago), replicas + 1));
    }
    return new Memory(proposals, List.of());
  }

  /** Waits for all replicas, and measures for so long. */
  Figures measure(Duration length) {
    Figures.Start start = awaitAll();
    // What the start left behind is not what goes on.
    Duration settling = length.compareTo(SETTLING) < 0 ? length : SETTLING;
    new Window(source, autoscaler).run(settling, ticks -> {});
    Window window = new Window(source, autoscaler);
    window.run(
        length,
        ticks -> progress.accept(
            replicas + " replicas: " + ticks + " ticks, " + source.stats().reports() + " reports"));
    Situation situation = latest;
    int signals = situation == null ? 0 : situation.signals().size();
    return new Figures(
        replicas,
        start,
        window.intake(),
        window.ticks(signals, fleet.applied()),
        new Figures.Log(
            log.stats().records(),
            log.stats().bytes(),
            log.stats().failures(),
            log.stats().shortened()),
        window.use(),
        window.seconds());
  }

  private Figures.Start awaitAll() {
    long end = begunNanos + LONGEST_START.toNanos();
    int seen = 0;
    for (int look = 1; seen < replicas && System.nanoTime() - end < 0; look++) {
      LockSupport.parkNanos(LOOK_NANOS);
      seen = source.reports().size();
      if (look % LOOKS_A_LINE == 0) {
        progress.accept(replicas + " replicas: " + seen + " seen");
      }
    }
    return new Figures.Start(
        seen,
        (System.nanoTime() - begunNanos) / 1e6,
        (Usage.now().cpuNanos() - begun.cpuNanos()) / 1e6,
        Usage.mostThreads());
  }

  @Override
  public void close() {
    source.close();
  }
}
