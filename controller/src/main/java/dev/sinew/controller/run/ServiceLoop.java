// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sinew.Expect;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.StaleDecisionException;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one service, in a thread of its own: whatever happens to it, the others go on.
 *
 * <p>What cannot be started is tried again; a tick that fails is told and the next one comes.
 */
final class ServiceLoop implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServiceLoop.class.getName());
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration STILL = Duration.ofSeconds(10);

  private final LoopContext context;
  private final String name;
  private final ScheduledExecutorService thread;
  private final Episodes episodes = new Episodes();
  private volatile LoopSettings wanted;
  private volatile @Nullable ServiceParts parts;
  private volatile @Nullable ScaleDecision latest;
  private volatile String failure = "";
  private volatile Instant tickedAt = Instant.now();
  private volatile boolean released;
  private long retryAtNanos = System.nanoTime();

  private ServiceLoop(LoopContext context, LoopSettings settings) {
    this.context = context;
    this.wanted = settings;
    this.name = settings.service().name();
    this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
      Thread daemon = new Thread(task, "sinew-loop-" + name);
      daemon.setDaemon(true);
      return daemon;
    });
  }

  /** Starts a loop; what it needs is opened in its own thread. */
  static ServiceLoop start(LoopContext context, LoopSettings settings) {
    ServiceLoop loop = new ServiceLoop(context, settings);
    Future<?> unused =
        loop.thread.scheduleWithFixedDelay(loop::turn, 0, TICK.toMillis(), MILLISECONDS);
    return loop;
  }

  /** From the next tick on it works by other settings; its replicas and its memory stay. */
  void settings(LoopSettings next) {
    wanted = next;
  }

  LoopSettings settings() {
    return wanted;
  }

  /** Whether it has not ticked for 10 s: the one thing that it cannot say of itself. */
  boolean standsStill(Instant now) {
    return tickedAt.isBefore(now.minus(STILL));
  }

  List<DecisionView> decisions(int last) {
    return episodes.last(last);
  }

  /** How the sources of its signals are; none while they are not open. */
  List<SourceStatus> sources(Instant now) {
    ServiceParts open = parts;
    return open == null ? List.of() : open.sources(now);
  }

  long logFailures() {
    ServiceParts now = parts;
    return now == null ? 0 : now.logFailures();
  }

  /** Tells the decision log what people did. */
  void note(Event.Kind kind, String by, String text) {
    ServiceParts now = parts;
    if (now != null) {
      now.note(kind, by, text);
    }
  }

  /** How it is now. */
  ServiceView view(Instant now) {
    ServiceParts open = parts;
    ScaleDecision decision = latest;
    Hold hold = hold();
    String state = state(open, hold, now);
    List<String> why = decision == null
        ? List.of()
        : decision.reasons().stream().map(Reason::because).toList();
    return ServiceParts.view(
        wanted, open, state, hold, episodes.change(), why, troubles(open), now);
  }

  private String state(@Nullable ServiceParts open, @Nullable Hold hold, Instant now) {
    if (!failure.isEmpty() || standsStill(now)) {
      return "failed";
    }
    if (open == null) {
      return "starting";
    }
    if (context.dryRun()) {
      return "dry-run";
    }
    return hold == null ? "running" : "paused";
  }

  /**
   * Stops deciding. Replicas that shall outlive their controller go on.
   *
   * @return how many do
   */
  int release() {
    released = true;
    thread.shutdown();
    try {
      // A tick is short; one that hangs must not keep the program from ending.
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ServiceParts open = parts;
    return open == null ? 0 : open.release();
  }

  @Override
  public void close() {
    int unused = release();
  }

  private void turn() {
    try {
      ServiceParts open = parts;
      if (open == null) {
        if (System.nanoTime() - retryAtNanos < 0) {
          return;
        }
        retryAtNanos = System.nanoTime() + RETRY.toNanos();
        open = ServiceParts.open(context, wanted, episodes);
        parts = open;
        if (released) {
          // It took longer than the end would wait; what is open must not stay so.
          open.release();
          return;
        }
      }
      String refused = follow(open);
      tick(open);
      failed(refused, null);
    } catch (StaleDecisionException e) {
      failed("another controller has taken over: " + e.getMessage(), null);
    } catch (IOException | RuntimeException | Error e) {
      // An Error, too: no thread to spare, no memory. A later turn may find some.
      failed(sentence(e), e);
    }
  }

  /** Settings that cannot be followed are tried again; those before go on. Returns why, or nothing. */
  private String follow(ServiceParts open) {
    try {
      open.follow(wanted);
      return "";
    } catch (RuntimeException e) {
      return "the settings before go on, as the new ones cannot be followed: " + sentence(e);
    }
  }

  private void tick(ServiceParts open) {
    Instant now = Instant.now();
    ScaleDecision decision = open.tick(now, hold());
    latest = decision;
    tickedAt = now;
    if (decision.changes()) {
      String text = decision.from() + " → " + decision.to() + ": "
          + decision.reasons().stream().map(Reason::because).collect(Collectors.joining("; "));
      context.tell(new FleetEvent(now, name, (context.dryRun() ? "would go " : "") + text));
    }
  }

  /** A dry run tells what would be done if nobody held the number. */
  private @Nullable Hold hold() {
    return context.dryRun() ? null : context.controls().of(name);
  }

  private void failed(String why, @Nullable Throwable cause) {
    if (!why.equals(failure)) {
      if (!why.isEmpty()) {
        LOG.log(Level.ERROR, "loop=failed service=" + name + " why=\"" + why + "\"", cause);
        context.tell(new FleetEvent(Instant.now(), name, why));
      }
      failure = why;
    }
  }

  private List<String> troubles(@Nullable ServiceParts open) {
    List<String> all = new ArrayList<>();
    if (!failure.isEmpty()) {
      all.add(failure);
    }
    if (open != null) {
      all.addAll(open.troubles());
    }
    return all;
  }

  private static String sentence(Throwable e) {
    String message = e.getMessage();
    String kind = e.getClass().getSimpleName();
    return Expect.printable(message == null || message.isBlank() ? kind : message);
  }
}
