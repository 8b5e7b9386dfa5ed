// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.Expect;
import dev.sinew.autoscaler.Autoscaler;
import dev.sinew.autoscaler.Memory;
import dev.sinew.autoscaler.policy.Bounds;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.controller.decisions.DecisionLog;
import dev.sinew.controller.decisions.DecisionReader;
import dev.sinew.controller.decisions.DecisionRecorder;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.door.ServiceDoor;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import dev.sinew.endpoint.EndpointSource;
import dev.sinew.endpoint.EndpointSourceProvider;
import dev.sinew.process.FleetStatus;
import dev.sinew.process.ProcessScaleTarget;
import dev.sinew.process.ProcessSpec;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What a loop holds open: target, signals, log, and the autoscaler that joins them. */
final class ServiceParts {
  private static final System.Logger LOG = System.getLogger(ServiceParts.class.getName());
  private static final int MOST_TROUBLES = 5;
  private static final long SILENT_SECONDS = 10;

  private final LoopContext context;
  private final Episodes episodes;
  private final @Nullable ProcessScaleTarget processes;
  private final @Nullable ServiceDoor door;
  private final @Nullable DecisionLog log;
  private final @Nullable DecisionRecorder recorder;
  private final Autoscaler autoscaler;
  private final ScaleTarget target;
  private final Instant openedAt = Instant.now();
  private volatile LoopSettings settings;
  private volatile ServiceSignals signals;
  private final FailureCount journal = new FailureCount(Duration.ofSeconds(3));
  private final AtomicBoolean released = new AtomicBoolean();
  private @Nullable ScaleDecision latest;

  private ServiceParts(
      LoopContext context,
      LoopSettings settings,
      Episodes episodes,
      @Nullable ProcessScaleTarget processes,
      @Nullable ServiceDoor door,
      @Nullable DecisionLog log,
      ScaleTarget target,
      ServiceSignals signals,
      Memory memory) {
    this.context = context;
    this.settings = settings;
    this.episodes = episodes;
    this.processes = processes;
    this.door = door;
    this.log = log;
    this.recorder = log == null ? null : new DecisionRecorder(log, false);
    this.target = target;
    this.signals = signals;
    this.autoscaler = new Autoscaler(
        ScalePolicy.of(settings.service().policy()),
        target,
        List.of(now -> this.signals.read(now)),
        context.epoch(),
        memory);
    autoscaler.witness(this::decided);
    if (door != null) {
      door.weighBy(() -> this.signals.reports());
    }
    note(Event.Kind.STARTED, "", "term " + context.epoch());
    noteSettings();
  }

  /** Opens everything; what was opened is closed again if the rest cannot be. */
  static ServiceParts open(LoopContext context, LoopSettings settings, Episodes episodes)
      throws IOException {
    if (context.dryRun()) {
      DryRunTarget target = new DryRunTarget(source(settings.endpoints()));
      ServiceSignals signals = ServiceSignals.open(settings, () -> target);
      return new ServiceParts(
          context, settings, episodes, null, null, null, target, signals, Memory.EMPTY);
    }
    Instant now = Instant.now();
    ServiceDoor door = context.doors().open(settings.door());
    ProcessScaleTarget processes = null;
    DecisionLog log = null;
    ServiceSignals signals = null;
    try {
      processes = ProcessScaleTarget.start(spec(context, settings), door);
      door.complete();
      ProcessScaleTarget own = processes;
      String name = settings.service().name();
      log = DecisionLog.open(context.state().decisions(name), name, context.limits());
      Memory memory = log.restore().resumed(Instant.now(), own.replicas().desired());
      signals = ServiceSignals.open(settings, () -> endpoints(context, settings, own));
      ServiceParts parts =
          new ServiceParts(context, settings, episodes, own, door, log, own, signals, memory);
      remember(name, context.state().decisions(name), now, episodes);
      return parts;
    } catch (IOException | RuntimeException | Error e) {
      if (signals != null) {
        signals.close();
      }
      if (processes != null) {
        processes.close();
      }
      door.close();
      if (log != null) {
        log.close();
      }
      throw e;
    }
  }

  /** What earlier runs decided, for people; a long log takes a while, and no tick waits for it. */
  private static void remember(String name, Path log, Instant until, Episodes episodes) {
    CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
      try {
        episodes.addBefore(new DecisionReader(log)
            .lastDecisions(Episodes.MOST).stream()
                .filter(decision -> decision.at().isBefore(until))
                .toList());
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "earlier decisions not shown service=" + name, e);
      }
    });
  }

  /** Works by these settings from now on; if it cannot, by none of them. */
  void follow(LoopSettings next) {
    LoopSettings before = settings;
    if (next.equals(before)) {
      return;
    }
    ScalePolicy policy = ScalePolicy.of(next.service().policy());
    ProcessScaleTarget own = processes;
    ServiceSignals fresh = null;
    if (own != null) {
      ProcessSpec spec = spec(context, next);
      fresh = ServiceSignals.differ(before, next)
          ? ServiceSignals.open(next, () -> endpoints(context, next, own))
          : null;
      try {
        own.update(spec);
        if (door != null) {
          door.follow(next.door());
        }
      } catch (RuntimeException e) {
        if (fresh != null) {
          fresh.close();
        }
        throw e;
      }
    }
    settings = next;
    autoscaler.policy(policy);
    noteSettings();
    if (fresh != null) {
      ServiceSignals old = signals;
      signals = fresh;
      old.close();
    }
  }

  ScaleDecision tick(Instant now, @Nullable Hold hold) {
    latest = null;
    autoscaler.hold(hold);
    try {
      return autoscaler.tick(now);
    } catch (RuntimeException | Error e) {
      // Only what this tick decided was not applied: a restart must not forget what the one before
      // did.
      applyFailed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** Tells the decision log what people did. */
  void note(Event.Kind kind, String by, String text) {
    DecisionRecorder to = recorder;
    if (to != null) {
      to.event(Instant.now(), kind, by, text);
    }
  }

  private void noteSettings() {
    DecisionRecorder to = recorder;
    if (to != null) {
      to.settings(Instant.now(), settings.digest(), settings.service().policy());
    }
  }

  /** Says that what this tick decided, if it came so far, could not be applied. */
  private void applyFailed(String why) {
    DecisionRecorder to = recorder;
    ScaleDecision last = latest;
    if (to != null && last != null) {
      to.applyFailed(last, why);
    }
  }

  List<SourceStatus> sources(Instant now) {
    return signals.status(settings.service().name(), now);
  }

  long logFailures() {
    DecisionLog from = log;
    return from == null ? 0 : from.stats().failures();
  }

  /** Lets go of everything; returns how many replicas go on. Does nothing the second time. */
  int release() {
    if (!released.compareAndSet(false, true)) {
      return 0;
    }
    signals.close();
    ProcessScaleTarget own = processes;
    if (own == null) {
      return 0;
    }
    // Those that only start go on as well.
    int alive = (int) own.status().children().stream()
        .filter(child -> child.pid() > 0 && child.state() != FleetStatus.State.DRAINING)
        .count();
    note(Event.Kind.STOPPED, "", "");
    own.close();
    if (door != null) {
      door.close();
    }
    if (log != null) {
      log.close();
    }
    return settings.service().keepOnControllerLoss() ? alive : 0;
  }

  /** What a person should know now. */
  List<String> troubles() {
    List<String> all = new ArrayList<>();
    ProcessScaleTarget own = processes;
    if (own != null) {
      own.status().children().stream()
          .filter(child -> child.state() != FleetStatus.State.READY)
          .map(FleetStatus.ChildStatus::lastFailure)
          .filter(why -> !why.isEmpty())
          .limit(MOST_TROUBLES)
          .forEach(all::add);
    }
    if (own != null && own.status().rollout().startsWith("stopped")) {
      all.add("roll-out " + own.status().rollout());
    }
    long unkept = own == null ? 0 : own.status().journalFailures();
    if (journal.lasts(unkept, System.nanoTime())) {
      all.add("the journal of the replicas cannot be written (" + unkept
          + " failures): a restart has to find them by their pid files");
    }
    DecisionLog record = log;
    if (record != null) {
      DecisionLog.Stats stats = record.stats();
      if (stats.failingSince() != null) {
        all.add("the decision log cannot be written since " + stats.failingSince() + ": "
            + stats.lastFailure());
      }
    }
    silent(all);
    all.addAll(signals.troubles());
    if (door != null) {
      all.addAll(door.troubles());
    }
    return all;
  }

  private void silent(List<String> troubles) {
    if (!signals.direct()) {
      return;
    }
    Replicas replicas = target.replicas();
    Map<String, ?> reports = signals.reports();
    List<String> silent = replicas.in(Replica.State.READY).stream()
        .filter(replica -> replica.readyAt() != null
            && replica.readyAt().plusSeconds(SILENT_SECONDS).isBefore(Instant.now())
            && openedAt.plusSeconds(SILENT_SECONDS).isBefore(Instant.now()))
        .map(Replica::id)
        .filter(id -> !reports.containsKey(id))
        .toList();
    if (!silent.isEmpty()) {
      troubles.add(
          silent.size() + " of " + replicas.ready() + " ready replicas send no load report ("
              + silent.get(0) + (silent.size() > 1 ? ", …" : "") + "): none may leave");
    }
  }

  private void decided(Situation situation, ScaleDecision decision) {
    latest = decision;
    boolean unused = episodes.add(situation, decision);
    DecisionRecorder to = recorder;
    if (to != null) {
      to.decided(situation, decision);
    }
  }

  /** The view of a service whose parts are open, or not yet. */
  static ServiceView view(
      LoopSettings settings,
      @Nullable ServiceParts open,
      String state,
      @Nullable Hold hold,
      @Nullable DecisionView change,
      List<String> why,
      List<String> troubles,
      Instant now) {
    Replicas replicas = open == null ? new Replicas(0, List.of()) : open.target.replicas();
    ServiceLoad load = open == null
        ? ServiceLoad.of(replicas, Map.of(), List.of())
        : ServiceLoad.of(replicas, open.signals.reports(), open.signals.told());
    Bounds bounds = settings.service().policy().bounds();
    return new ServiceView(
        settings.service().name(),
        state,
        bounds.min(),
        bounds.max(),
        replicas.desired(),
        replicas.ready(),
        replicas.in(Replica.State.STARTING).size(),
        replicas.in(Replica.State.DRAINING).size(),
        load.callsPerSecond(),
        load.errorsPerSecond(),
        load.inFlight(),
        load.utilization(),
        load.reporting(),
        hold,
        change,
        why,
        troubles,
        load.rows(now));
  }

  private static ProcessSpec spec(LoopContext context, LoopSettings settings) {
    return settings.spec(context.state(), context.archives());
  }

  private static EndpointSource endpoints(
      LoopContext context, LoopSettings settings, ProcessScaleTarget processes) {
    return settings.endpoints().isEmpty()
        ? new FleetEndpoints(processes, context.timer())
        : source(settings.endpoints());
  }

  /** The source of what a target names. */
  static EndpointSource source(String target) {
    String scheme = target.substring(0, Math.max(0, target.indexOf(':')));
    return ServiceLoader.load(EndpointSourceProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.scheme().equals(scheme))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            Expect.message("endpoints", target, "a scheme that is known")))
        .open(target);
  }
}
