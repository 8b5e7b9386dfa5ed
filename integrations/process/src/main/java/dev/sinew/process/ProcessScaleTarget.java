// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.sinew.Expect;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.autoscaler.target.StaleDecisionException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ScaleTarget} whose replicas are child processes of this one.
 *
 * <p>A child that ends without being asked, does not become ready in time or ceases to answer is
 * replaced under a new id. A child that shall go gets SIGTERM and, after the grace, SIGKILL. One
 * daemon thread owns all of it; the methods here hand over to it, or read what it published last. It
 * needs a POSIX shell at {@code /bin/sh}.
 */
public final class ProcessScaleTarget implements ScaleTarget, AutoCloseable {
  /** The largest number of replicas a decision may ask for. */
  public static final int LARGEST_FLEET = 1000;

  // TERM, 3.5 s, KILL, and the rest of 5 s for what the system takes to bury the dead.
  private static final long CLOSE_GRACE_NANOS = Duration.ofMillis(3500).toNanos();
  private static final long CLOSE_NANOS = Duration.ofMillis(4700).toNanos();

  private static final System.Logger LOG = System.getLogger(ProcessScaleTarget.class.getName());

  private final ProcessSpec given;
  private final ChildLogs logs;
  private final Fleet fleet;
  private final Thread loop;
  private final Thread archiver;
  private final Semaphore wake = new Semaphore(0);
  private volatile ProcessSpec spec;
  private volatile boolean closing;
  private volatile FleetStatus status = new FleetStatus(0, 0, 0, List.of());
  private volatile Replicas replicas = new Replicas(0, List.of());

  // Guarded by this.
  private long latestEpoch = Long.MIN_VALUE;
  private int desired;
  private @Nullable Set<String> pendingVictims;

  private ProcessScaleTarget(ProcessSpec given) throws IOException {
    this.given = given;
    this.spec = given;
    this.logs = new ChildLogs(given.logDirectory(), given.idPrefix());
    ProcessLauncher launcher = new ProcessLauncher(() -> spec, logs, this::wake);
    RandomGenerator random = RandomGenerator.getDefault();
    this.fleet = new Fleet(given, launcher, Ports.SHARED, random);
    this.loop = daemon("sinew-process-" + given.service(), this::run);
    this.archiver = daemon("sinew-appcds-" + given.service(), this::archive);
  }

  /**
   * Starts a target that has no replicas yet.
   *
   * <p>With an archive directory, the AppCDS archive is made beside the first replicas, which do not
   * wait for it; each replica that starts when it is there uses it.
   *
   * @throws IOException if the log directory cannot be made or read
   */
  public static ProcessScaleTarget start(ProcessSpec spec) throws IOException {
    ProcessScaleTarget target = new ProcessScaleTarget(spec);
    target.loop.start();
    if (spec.archiveDirectory() != null) {
      target.archiver.start();
    }
    return target;
  }

  @Override
  public synchronized Replicas replicas() {
    return new Replicas(desired, replicas.all());
  }

  /** Every child with its process id, port, state and last failure; never blocks. */
  public synchronized FleetStatus status() {
    FleetStatus last = status;
    return new FleetStatus(desired, last.restarts(), last.kills(), last.children());
  }

  /**
   * The last lines a child wrote, at most 20 of the last 8 KiB; also of the latest 64 that ended.
   *
   * @param id a replica's id; nothing is known of a foreign one
   */
  public List<String> lastLines(String id) {
    return logs.last(id);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if more than {@link #LARGEST_FLEET} replicas are asked for
   * @throws IllegalStateException if this target is closed
   */
  @Override
  public void apply(ScaleDecision decision) {
    Expect.that(
        decision.to() <= LARGEST_FLEET, "decision.to", decision.to(), "at most " + LARGEST_FLEET);
    synchronized (this) {
      if (closing) {
        throw new IllegalStateException("target: closed (expected: open)");
      }
      if (decision.epoch() < latestEpoch) {
        throw new StaleDecisionException(decision.epoch(), latestEpoch);
      }
      latestEpoch = decision.epoch();
      desired = decision.to();
      // Decisions that came faster than the loop are one: the latest number, the latest victims
      // first.
      Set<String> victims = new LinkedHashSet<>(decision.victims());
      if (pendingVictims != null) {
        victims.addAll(pendingVictims);
      }
      pendingVictims = victims;
    }
    wake();
  }

  /**
   * Stops every child and returns when they are gone, within 5 s: SIGTERM to all at once, and SIGKILL
   * to the rest. Safe to call again, from several threads and from a shutdown hook.
   */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      desired = 0;
    }
    archiver.interrupt();
    wake();
    boolean interrupted = false;
    long deadline = System.nanoTime() + CLOSE_NANOS + Duration.ofMillis(200).toNanos();
    for (Thread thread : List.of(loop, archiver)) {
      while (thread.isAlive() && deadline - System.nanoTime() > 0) {
        try {
          NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closing) {
      try {
        turn();
      } catch (RuntimeException | InterruptedException e) {
        // Nothing interrupts this thread, and no surprise may leave the children to themselves.
        LOG.log(Level.ERROR, "fleet turn failed service=" + given.service(), e);
        pause(Fleet.PROBE_NANOS);
      }
    }
    long nowNanos = System.nanoTime();
    long deadline = nowNanos + CLOSE_NANOS;
    long grace = Math.min(CLOSE_GRACE_NANOS, given.drainGrace().toNanos());
    fleet.stop(grace, Instant.now(), nowNanos);
    while (!fleet.empty() && deadline - System.nanoTime() > 0) {
      long wait = fleet.step(Instant.now(), System.nanoTime());
      publish();
      if (!fleet.empty()) {
        pause(Math.min(wait, deadline - System.nanoTime()));
      }
    }
    publish();
  }

  private void turn() throws InterruptedException {
    int to;
    Set<String> victims;
    synchronized (this) {
      to = desired;
      victims = pendingVictims;
      pendingVictims = null;
    }
    if (victims != null) {
      fleet.resize(to, List.copyOf(victims), Instant.now(), System.nanoTime());
    }
    long wait = fleet.step(Instant.now(), System.nanoTime());
    publish();
    pause(wait);
  }

  private void publish() {
    status = fleet.status();
    replicas = fleet.replicas();
  }

  private void archive() {
    try {
      spec = AppCds.prepare(given, logs);
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "appcds training abandoned service=" + given.service());
    }
  }

  private void wake() {
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  private void pause(long nanos) {
    try {
      if (wake.tryAcquire(nanos, NANOSECONDS)) {
        wake.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.interrupted();
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
