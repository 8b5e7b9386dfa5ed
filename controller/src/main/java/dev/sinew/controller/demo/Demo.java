// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.controller.dashboard.LiveEvent;
import dev.sinew.controller.load.CallRecorder;
import dev.sinew.controller.load.LoadGenerator;
import dev.sinew.controller.load.LoadShape;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The closed loop on one machine: a fleet of child processes, a client, a fault, and the controller that
 * follows the load.
 */
public final class Demo implements AutoCloseable {
  private static final Duration START_BOUND = Duration.ofSeconds(60);

  /** The first calls of a fresh JVM say little about a service; the baseline begins after them. */
  private static final double BASELINE_SKIP_SECONDS = 5;

  private final DemoSettings settings;
  private final PrintWriter out;
  private final Screen screen;
  private final DemoFleet fleet;
  private final Instant startedAt = Instant.now();
  private final DemoPage page;
  private final List<LoadShape.Event> events = new ArrayList<>();
  private final List<DemoResult.Fault> faults = new ArrayList<>();
  private final FleetHistory history = new FleetHistory();
  private volatile @Nullable LoadGenerator generator;
  private volatile boolean closed;

  /**
   * Prepares a demo; nothing runs yet but the registry.
   *
   * @param logs folder for the replicas' logs and other files of the run
   * @param cache folder for what may be kept for the next run
   * @throws IOException if the registry's port is taken
   */
  public Demo(DemoSettings settings, PrintWriter out, Path logs, Path cache)
      throws IOException, InterruptedException {
    this.settings = settings;
    this.out = out;
    this.screen = Screen.forLauncher(out);
    this.fleet = new DemoFleet(settings, logs, cache);
    this.page = DemoPage.start(fleet.http(), startedAt);
  }

  /**
   * Runs it to the end.
   *
   * @return what it showed, or null if it was closed before its end
   * @throws IllegalStateException if the fleet does not start
   */
  public @Nullable DemoSummary run() throws InterruptedException {
    introduce();
    long origin = System.nanoTime();
    fleet.begin(origin);
    if (!fleet.awaitReady(DemoSettings.MIN_REPLICAS, START_BOUND)) {
      if (closed) {
        return null;
      }
      throw new IllegalStateException("the fleet did not start: " + fleet.trouble());
    }
    double loadStart = seconds(origin);
    note(loadStart, String.format(Locale.ROOT, "%d replicas ready", DemoSettings.MIN_REPLICAS));
    double step = loadStart + settings.stepAtSeconds();
    CallRecorder recorder = new CallRecorder(
        (int) DemoSettings.DEADLINE.toSeconds(),
        loadStart + Math.min(BASELINE_SKIP_SECONDS, settings.stepAtSeconds() / 2),
        step);
    ManagedChannel channel = fleet.client();
    try {
      LoadGenerator load = new LoadGenerator(
          channel,
          settings.shape(),
          DemoSettings.MEAN_WORK,
          DemoSettings.DEADLINE,
          new Random(settings.seed()),
          recorder);
      generator = load;
      Set<String> atStep = drive(load, recorder, origin, loadStart);
      if (closed) {
        return null;
      }
      return new DemoSummary(
          new DemoStory(result(recorder, step, atStep), startedAt, events, fleet.rows()));
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
    }
  }

  /** Stops everything at once; may be called from any thread and more than once. */
  @Override
  public void close() {
    closed = true;
    LoadGenerator running = generator;
    if (running != null) {
      running.stop();
    }
    page.close();
    fleet.close();
  }

  /** Runs the load in a thread of its own and watches; returns the replicas that answered before the step. */
  private Set<String> drive(
      LoadGenerator load, CallRecorder recorder, long origin, double loadStart)
      throws InterruptedException {
    Thread thread = new Thread(() -> runLoad(load, origin), "sinew-demo-load");
    thread.setDaemon(true);
    thread.start();
    List<LoadShape.Event> coming = new ArrayList<>(settings.shape().events());
    double end = loadStart + settings.shape().seconds();
    double kill = loadStart + settings.killAtSeconds();
    // A kill amid a backlog shows the backlog and not the kill.
    double latestKill = loadStart + settings.latestKillSeconds();
    int calm = 0;
    Set<String> atStep = Set.of();
    long period = TimeUnit.SECONDS.toMillis(1) / screen.perSecond();
    while (thread.isAlive() && !closed) {
      thread.join(period);
      double now = seconds(origin);
      while (!coming.isEmpty() && now >= loadStart + coming.get(0).atSeconds()) {
        LoadShape.Event event = coming.remove(0);
        note(loadStart + event.atSeconds(), event.name());
      }
      if (now < loadStart + settings.stepAtSeconds()) {
        atStep = recorder.firstAnswers().keySet();
      }
      CallRecorder.Recent calls = recorder.recent();
      calm = calls.p99Millis() < 2 * recorder.baselineP99Millis() ? calm + 1 : 0;
      if (now >= kill && (calm >= 2 || now >= latestKill) && killOne(now)) {
        kill = Double.NaN;
      }
      show(now, end, recorder, calls);
    }
    return atStep;
  }

  private void show(double now, double end, CallRecorder recorder, CallRecorder.Recent calls) {
    Replicas replicas = fleet.replicas();
    history.add(now, replicas, calls);
    page.show(now, replicas, calls, fleet.rows());
    page.decisions(fleet.decisions());
    screen.show(model(now, end, wholeSeconds(recorder, now)));
  }

  /** The calls offered in each second that is over. */
  private static List<Double> wholeSeconds(CallRecorder recorder, double now) {
    return recorder.seconds().stream()
        .filter(second -> second.second() + 1 <= now)
        .map(second -> (double) second.offered())
        .toList();
  }

  private static void runLoad(LoadGenerator load, long origin) {
    try {
      load.run(origin);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean killOne(double now) {
    String replica = fleet.killOldest();
    if (replica != null) {
      DemoResult.Fault fault = new DemoResult.Fault("kill -9", now, replica);
      faults.add(fault);
      page.event(DemoStory.event(fault));
    }
    return replica != null;
  }

  private void introduce() {
    out.printf(
        Locale.ROOT,
        "A fleet of %d to %d replicas on this machine; each has %d workers and bears %.0f calls/s.%n"
            + "The client offers %.0f to %.0f calls/s for %.0f s; every call has %d s.%n"
            + "Shortened for the demo: %s.%n",
        DemoSettings.MIN_REPLICAS,
        DemoSettings.MAX_REPLICAS,
        DemoSettings.WORKERS,
        DemoSettings.REPLICA_CAPACITY,
        lowest(),
        settings.shape().peak(),
        settings.shape().seconds(),
        DemoSettings.DEADLINE.toSeconds(),
        DemoFleet.shortened());
    if (!fleet.introduction().isEmpty()) {
      out.printf("%s.%n", fleet.introduction());
    }
    out.printf("Live page: http://%s/%n", fleet.registryAddress());
    out.printf(
        "Registry: http://%s/v1/health/service/%s%n", fleet.registryAddress(), DemoFleet.SERVICE);
  }

  private double lowest() {
    double lowest = settings.shape().peak();
    for (double at = 0; at < settings.shape().seconds(); at += 0.5) {
      lowest = Math.min(lowest, settings.shape().rate(at));
    }
    return lowest;
  }

  private void note(double at, String event) {
    events.add(new LoadShape.Event(event, at));
    page.event(LiveEvent.event(at, event));
  }

  private ScreenModel model(double now, double end, List<Double> rates) {
    FleetHistory.Moment last = history.latest();
    return new ScreenModel(
        now,
        end,
        rates.isEmpty() ? 0 : Math.round(rates.get(rates.size() - 1)),
        last.calls().ok(),
        last.calls().failed(),
        last.calls().p50Millis(),
        last.calls().p99Millis(),
        last.ready(),
        last.desired(),
        rates,
        history.readyCounts(),
        fleet.lines(),
        fleet.lastDecision(),
        happened());
  }

  /** Events and faults as lines, oldest first. */
  private List<String> happened() {
    List<LoadShape.Event> all = new ArrayList<>(events);
    faults.forEach(fault ->
        all.add(new LoadShape.Event(fault.kind() + " " + fault.replica(), fault.atSeconds())));
    all.sort(Comparator.comparingDouble(LoadShape.Event::atSeconds));
    return all.stream()
        .map(event -> ScreenModel.clock(event.atSeconds()) + "  " + event.name())
        .toList();
  }

  private DemoResult result(CallRecorder recorder, double step, Set<String> atStep) {
    CallRecorder.Recent calls = recorder.recent();
    List<DemoResult.Decision> decisions = fleet.decisions();
    return new DemoResult(
        "sinew-demo",
        1,
        new DemoResult.Calls(
            calls.offered(),
            calls.ok(),
            calls.offered() - calls.ok(),
            DemoSettings.DEADLINE.toMillis()),
        new DemoResult.Latency(
            known(recorder.percentileMillis(50)),
            known(recorder.percentileMillis(99)),
            known(recorder.percentileMillis(99.9))),
        new DemoResult.ReplicaCounts(
            DemoSettings.MIN_REPLICAS,
            DemoSettings.MAX_REPLICAS,
            history.peakReady(),
            fleet.replicas().ready()),
        List.copyOf(faults),
        decisions,
        settings.signals().word(),
        StepTimes.toDecision(step, decisions),
        StepTimes.toDecision(step, fleet.besides()),
        StepTimes.toTraffic(step, decisions, recorder.firstAnswers(), atStep),
        StepTimes.toRecovery(step, recorder.baselineP99Millis(), recorder.seconds()),
        history.series(recorder.seconds()),
        recorder.errors(),
        Machine.describe(),
        Machine.versions());
  }

  static @Nullable Double known(double value) {
    return Double.isNaN(value) ? null : Double.valueOf(value);
  }

  private static double seconds(long origin) {
    return (System.nanoTime() - origin) / 1e9;
  }
}
