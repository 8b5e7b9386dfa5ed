// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.sinew.Expect;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.autoscaler.target.StaleDecisionException;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ScaleTarget} whose replicas are child processes of this one.
 *
 * <p>A child that ends without being asked, does not become ready in time or ceases to answer is
 * replaced under a new id. A child that shall go gets SIGTERM and, after the grace, SIGKILL. One
 * daemon thread owns all of it; the methods here hand over to it, or read what it published last. It
 * needs a POSIX shell at {@code /bin/sh}.
 *
 * <p>With {@link OnControllerLoss#KEEP} the children outlive this process, however it ends, and the
 * next target with the same state directory continues the fleet: the same ids, ports and number. Each
 * thing is recorded there before it is done, so that at no moment a child can be lost or doubled.
 */
public final class ProcessScaleTarget implements ScaleTarget, AutoCloseable {
  /** The largest number of replicas a decision may ask for. */
  public static final int LARGEST_FLEET = 1000;

  // TERM, 3.5 s, KILL, and the rest of 5 s for what the system takes to bury the dead.
  private static final long CLOSE_GRACE_NANOS = Duration.ofMillis(3500).toNanos();
  private static final long CLOSE_NANOS = Duration.ofMillis(4700).toNanos();

  private static final long BURIAL_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LOGS_NANOS = Duration.ofSeconds(1).toNanos();

  private static final System.Logger LOG = System.getLogger(ProcessScaleTarget.class.getName());

  private final ChildLogs logs;
  private final @Nullable StateFolder folder;
  private final ProcessLauncher launcher;
  private final Fleet fleet;
  private final Thread loop;
  private final Thread cutter;
  private final Bell bell = new Bell();
  private volatile ProcessSpec given;
  private volatile ProcessSpec spec;
  private volatile Ending ending = Ending.NOT;
  private volatile FleetStatus status = new FleetStatus(0, 0, 0, 0, "", List.of());
  private volatile Replicas replicas = new Replicas(0, List.of());
  private volatile @Nullable Thread archiver;

  // Guarded by this.
  private long latestEpoch = Long.MIN_VALUE;
  private int desired;
  private @Nullable Set<String> pendingVictims;
  private @Nullable ProcessSpec pendingSpec;

  /** What becomes of the children at the end; a later one overrides an earlier one. */
  private enum Ending {
    NOT,
    DRAIN,
    STOP,
    LEAVE
  }

  private ProcessScaleTarget(ProcessSpec given, @Nullable StateFolder folder) throws IOException {
    this.given = given;
    this.spec = given;
    this.folder = folder;
    this.logs = new ChildLogs(given.logDirectory(), given.idPrefix());
    this.launcher = new ProcessLauncher(() -> spec, logs, bell::ring);
    RandomGenerator random = RandomGenerator.getDefault();
    Journal.Sink journal = folder == null ? present -> {} : folder;
    this.fleet = new Fleet(given, launcher, Ports.SHARED, random, journal);
    this.loop = daemon("sinew-process-" + given.service(), this::run);
    this.cutter = daemon("sinew-logs-" + given.service(), this::boundLogs);
  }

  /**
   * Starts a target: with the replicas of the one before that had the same state directory, else with
   * none.
   *
   * <p>With an archive directory, the AppCDS archive is made beside the first replicas, which do not
   * wait for it; each replica that starts when it is there uses it.
   *
   * @throws IOException if the log or the state directory cannot be made, read or locked, or replicas
   *     shall be kept on a system that is no Linux
   * @throws IllegalStateException if another target has the state directory open
   */
  public static ProcessScaleTarget start(ProcessSpec spec) throws IOException {
    Path directory = spec.stateDirectory();
    if (spec.onControllerLoss() == OnControllerLoss.KEEP && !ProcessIdentity.known()) {
      throw new IOException(Expect.message(
          "process.on-controller-loss", "KEEP", "STOP, for this system has no /proc"));
    }
    StateFolder folder = directory == null ? null : StateFolder.open(directory);
    try {
      ProcessScaleTarget target = new ProcessScaleTarget(spec, folder);
      target.adopt();
      target.loop.start();
      target.cutter.start();
      target.archive(spec);
      return target;
    } catch (IOException | RuntimeException | Error e) {
      if (folder != null) {
        folder.close();
      }
      throw e;
    }
  }

  @Override
  public synchronized Replicas replicas() {
    return new Replicas(desired, replicas.all());
  }

  /** Every child with its process id, port, state and last failure; never blocks. */
  public synchronized FleetStatus status() {
    return status.withDesired(desired);
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
      expectOpen();
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
    bell.ring();
  }

  /**
   * Treats replicas as another spec says from now on, and returns.
   *
   * <p>Times and bounds apply at once. If what a child is started with differs (command, environment,
   * port variable, registry, working directory, what becomes of it), children are replaced one by one:
   * one more than desired is started, and when it is ready the oldest of the earlier ones leaves. While
   * a new one does not become ready no other one leaves; it is tried again with the back-off, and
   * {@link FleetStatus#rollout} says so.
   *
   * @throws IllegalArgumentException if the service, the id prefix, the log or the state directory
   *     differs
   * @throws IllegalStateException if this target is closed
   */
  public void update(ProcessSpec next) {
    expectSame("process.service", given.service(), next.service());
    expectSame("process.id-prefix", given.idPrefix(), next.idPrefix());
    expectSame("process.log-directory", given.logDirectory(), next.logDirectory());
    expectSame("process.state-directory", given.stateDirectory(), next.stateDirectory());
    synchronized (this) {
      expectOpen();
      pendingSpec = next;
    }
    bell.ring();
  }

  /**
   * Lets go of the children as {@link OnControllerLoss} says; safe to call again, from several threads
   * and from a shutdown hook.
   *
   * <p>STOP: they get SIGTERM all at once, the rest SIGKILL, and this returns when they are gone, within
   * 5 s. KEEP: they go on, and this returns at once.
   */
  @Override
  public void close() {
    boolean keep = given.onControllerLoss() == OnControllerLoss.KEEP;
    end(keep ? Ending.LEAVE : Ending.STOP, CLOSE_NANOS);
  }

  /**
   * Stops every child for good, also those to keep, and closes: SIGTERM to all at once, and SIGKILL to
   * those that are there after the drain grace. Returns when they are gone.
   */
  public void stopAll() {
    end(Ending.DRAIN, given.drainGrace().toNanos() + BURIAL_NANOS);
  }

  private void end(Ending how, long withinNanos) {
    synchronized (this) {
      if (how.compareTo(ending) > 0) {
        ending = how;
      }
      if (how != Ending.LEAVE && ending != Ending.LEAVE) {
        desired = 0;
      }
    }
    Thread training = archiver;
    if (training != null) {
      training.interrupt();
    }
    cutter.interrupt();
    bell.ring();
    boolean interrupted = false;
    long deadline = System.nanoTime() + withinNanos + Duration.ofMillis(200).toNanos();
    for (Thread thread : training == null ? List.of(loop) : List.of(loop, training)) {
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

  private void adopt() throws IOException {
    if (folder == null) {
      logs.adopt(Set.of());
      return;
    }
    Adoption adoption = Adoption.of(folder, Instant.now());
    logs.adopt(adoption.living().keySet());
    fleet.restore(
        adoption.journal(),
        entry -> {
          ProcessIdentity process = adoption.living().get(entry.id());
          return process == null ? null : launcher.adopt(entry.id(), entry.port(), process);
        },
        Instant.now(),
        System.nanoTime());
    latestEpoch = adoption.journal().epoch();
    desired = adoption.journal().desired();
    publish();
  }

  private void run() {
    try {
      while (ending == Ending.NOT) {
        try {
          turn();
        } catch (RuntimeException | Error e) {
          // No surprise may leave the children to themselves.
          LOG.log(Level.ERROR, "fleet turn failed service=" + given.service(), e);
          bell.await(Fleet.PROBE_NANOS);
        }
      }
      if (ending == Ending.LEAVE) {
        takeOrders();
      }
      if (ending == Ending.DRAIN) {
        fleet.disband(Instant.now(), System.nanoTime());
        finish(Ending.DRAIN, given.drainGrace().toNanos(), BURIAL_NANOS);
      }
      if (ending == Ending.STOP) {
        long grace = Math.min(CLOSE_GRACE_NANOS, given.drainGrace().toNanos());
        finish(Ending.STOP, grace, CLOSE_NANOS - grace);
      }
    } finally {
      fleet.detach();
      if (folder != null) {
        folder.close();
      }
    }
  }

  /** Stops the children unless this ends otherwise meanwhile. */
  private void finish(Ending how, long graceNanos, long burialNanos) {
    long deadline = System.nanoTime() + graceNanos + burialNanos;
    fleet.stop(graceNanos, Instant.now(), System.nanoTime());
    while (ending == how && !fleet.empty() && deadline - System.nanoTime() > 0) {
      long wait = fleet.step(Instant.now(), System.nanoTime());
      publish();
      if (!fleet.empty()) {
        bell.await(Math.min(wait, deadline - System.nanoTime()));
      }
    }
    publish();
  }

  private void turn() {
    takeOrders();
    long wait = fleet.step(Instant.now(), System.nanoTime());
    publish();
    bell.await(wait);
  }

  /** Takes over what was asked for since the last time. */
  private void takeOrders() {
    int to;
    long epoch;
    Set<String> victims;
    ProcessSpec next;
    synchronized (this) {
      to = desired;
      epoch = latestEpoch;
      victims = pendingVictims;
      pendingVictims = null;
      next = pendingSpec;
      pendingSpec = null;
      if (next != null) {
        given = next;
        spec = next;
      }
    }
    if (next != null) {
      fleet.update(next, Instant.now(), System.nanoTime());
      archive(next);
    }
    if (victims != null) {
      fleet.resize(to, List.copyOf(victims), epoch, Instant.now(), System.nanoTime());
    }
  }

  private void publish() {
    status = fleet.status();
    replicas = fleet.replicas();
  }

  private void archive(ProcessSpec plain) {
    if (plain.archiveDirectory() == null || ending != Ending.NOT) {
      return;
    }
    Thread thread = daemon("sinew-appcds-" + plain.service(), () -> {
      try {
        ProcessSpec archived = AppCds.prepare(plain, logs);
        synchronized (this) {
          if (given.equals(plain)) {
            spec = archived;
          }
        }
      } catch (InterruptedException e) {
        LOG.log(Level.DEBUG, "appcds training abandoned service=" + plain.service());
      }
    });
    Thread before = archiver;
    if (before != null) {
      before.interrupt();
    }
    archiver = thread;
    thread.start();
  }

  private void boundLogs() {
    try {
      while (ending != Ending.LEAVE && loop.isAlive()) {
        logs.bound(given.largestLogBytes());
        NANOSECONDS.timedJoin(loop, LOGS_NANOS);
      }
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "logs no more bounded service=" + given.service());
    }
  }

  private void expectOpen() {
    if (ending != Ending.NOT) {
      throw new IllegalStateException("target: closed (expected: open)");
    }
  }

  private static void expectSame(String name, @Nullable Object present, @Nullable Object next) {
    Expect.that(Objects.equals(present, next), name, String.valueOf(next), present + " as before");
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
