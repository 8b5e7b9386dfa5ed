// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.sinew.Expect;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ScaleTarget} whose replicas are child processes of this one.
 *
 * <p>A child that ends without being asked, does not become ready in time or ceases to answer is
 * replaced under a new id. A child that shall go gets SIGTERM and, after the grace, SIGKILL. With a
 * {@link Doorkeeper}, SIGTERM waits until no more calls reach the child, for as long as the grace at
 * most, so that it is gone within twice the grace; until then it stays if it is needed again. One
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
  private final Door door;
  private final Orders orders = new Orders();
  private final Archiver archiver;
  private final Thread loop;
  private final Thread cutter;
  private final Bell bell = new Bell();
  private volatile ProcessSpec given;
  private volatile ProcessSpec spec;
  private volatile Ending ending = Ending.NOT;
  private volatile FleetStatus status = new FleetStatus(0, 0, 0, 0, "", List.of());
  private volatile Replicas replicas = new Replicas(0, List.of());

  /** What becomes of the children at the end; a later one overrides an earlier one. */
  private enum Ending {
    NOT,
    DRAIN,
    STOP,
    LEAVE
  }

  private ProcessScaleTarget(ProcessSpec given, Doorkeeper doorkeeper, @Nullable StateFolder folder)
      throws IOException {
    this.given = given;
    this.spec = given;
    this.folder = folder;
    this.logs = new ChildLogs(given.logDirectory(), given.idPrefix());
    this.launcher = new ProcessLauncher(() -> spec, logs, bell::ring);
    RandomGenerator random = RandomGenerator.getDefault();
    Journal.Sink journal = folder == null ? present -> {} : folder;
    this.door = new Door(given.service(), doorkeeper, bell::ring);
    this.fleet = new Fleet(given, launcher, Ports.SHARED, random, journal, door);
    this.archiver = new Archiver(logs, this::use);
    this.loop = daemon("sinew-process-" + given.service(), this::run);
    this.cutter = daemon("sinew-logs-" + given.service(), this::boundLogs);
  }

  /**
   * Starts a target with nobody at the door.
   *
   * @see #start(ProcessSpec, Doorkeeper)
   */
  public static ProcessScaleTarget start(ProcessSpec spec) throws IOException {
    return start(spec, Doorkeeper.NONE);
  }

  /**
   * Starts a target: with the replicas of the one before that had the same state directory, else with
   * none.
   *
   * <p>With an archive directory, the AppCDS archive is made beside the first replicas, which do not
   * wait for it; each replica that starts when it is there uses it.
   *
   * @param doorkeeper hears of replicas; it must outlive the target
   * @throws IOException if the log or the state directory cannot be made, read or locked, or replicas
   *     shall be kept on a system that is no Linux
   * @throws IllegalStateException if another target has the state directory open
   */
  public static ProcessScaleTarget start(ProcessSpec spec, Doorkeeper doorkeeper)
      throws IOException {
    Path directory = spec.stateDirectory();
    if (spec.onControllerLoss() == OnControllerLoss.KEEP && !ProcessIdentity.known()) {
      throw new IOException(Expect.message(
          "process.on-controller-loss", "KEEP", "STOP, for this system has no /proc"));
    }
    StateFolder folder = directory == null ? null : StateFolder.open(directory);
    try {
      ProcessScaleTarget target = new ProcessScaleTarget(spec, doorkeeper, folder);
      target.adopt();
      target.loop.start();
      target.cutter.start();
      target.archiver.begin(spec);
      return target;
    } catch (IOException | RuntimeException | Error e) {
      if (folder != null) {
        folder.close();
      }
      throw e;
    }
  }

  @Override
  public Replicas replicas() {
    return new Replicas(orders.desired(), replicas.all());
  }

  /** Every child with its process id, port, state and last failure; never blocks. */
  public FleetStatus status() {
    return status.withDesired(orders.desired());
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
      orders.decide(decision);
    }
    bell.ring();
  }

  /**
   * Treats replicas as another spec says from now on, and returns.
   *
   * <p>Times and bounds apply at once; so does the health check, but a child of an earlier spec is
   * asked as that said (of one that was taken over nobody knows: it is asked by TCP). If what a child is started with differs (command, environment,
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
      orders.update(next);
    }
    bell.ring();
  }

  /**
   * Lets go of the children as {@link OnControllerLoss} says; safe to call again, from several threads
   * and from a shutdown hook.
   *
   * <p>STOP: they get SIGTERM all at once, the rest SIGKILL, and this returns when they are gone, within
   * 5 s, of which a doorkeeper has 1.2 s at most. KEEP: they go on, and this returns at once.
   */
  @Override
  public void close() {
    boolean keep = given.onControllerLoss() == OnControllerLoss.KEEP;
    end(keep ? Ending.LEAVE : Ending.STOP, CLOSE_NANOS);
  }

  /**
   * Stops every child for good, also those to keep, and closes: SIGTERM to all when the doorkeeper
   * says so or the drain grace is over, and SIGKILL to those that are there after the drain grace.
   * Returns when they are gone.
   */
  public void stopAll() {
    end(Ending.DRAIN, patienceNanos() + given.drainGrace().toNanos() + BURIAL_NANOS);
  }

  private void end(Ending how, long withinNanos) {
    synchronized (this) {
      if (how.compareTo(ending) > 0) {
        ending = how;
      }
      if (how != Ending.LEAVE && ending != Ending.LEAVE) {
        orders.none();
      }
    }
    Thread training = archiver.abandon();
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
    orders.resume(adoption.journal().desired(), adoption.journal().epoch());
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
        finish(Ending.DRAIN, patienceNanos(), given.drainGrace().toNanos(), BURIAL_NANOS);
      }
      if (ending == Ending.STOP) {
        long grace = Math.min(CLOSE_GRACE_NANOS, given.drainGrace().toNanos());
        long patience = door.kept() ? grace / 3 : 0;
        finish(Ending.STOP, patience, grace - patience, CLOSE_NANOS - grace);
      }
    } finally {
      fleet.detach();
      if (folder != null) {
        folder.close();
      }
    }
  }

  private long patienceNanos() {
    return door.kept() ? given.drainGrace().toNanos() : 0;
  }

  /** Stops the children unless this ends otherwise meanwhile. */
  private void finish(Ending how, long patienceNanos, long graceNanos, long burialNanos) {
    long deadline = System.nanoTime() + patienceNanos + graceNanos + burialNanos;
    fleet.stop(patienceNanos, graceNanos, Instant.now(), System.nanoTime());
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
    Orders.Taken taken;
    synchronized (this) {
      taken = orders.take();
      if (taken.spec() != null) {
        given = taken.spec();
        spec = given;
      }
    }
    if (taken.spec() != null) {
      fleet.update(taken.spec(), Instant.now(), System.nanoTime());
      if (ending == Ending.NOT) {
        archiver.begin(taken.spec());
      }
    }
    if (taken.victims() != null) {
      fleet.resize(
          taken.desired(), taken.victims(), taken.epoch(), Instant.now(), System.nanoTime());
    }
  }

  private void publish() {
    status = fleet.status();
    replicas = fleet.replicas();
  }

  private synchronized void use(ProcessSpec plain, ProcessSpec archived) {
    if (given.equals(plain)) {
      spec = archived;
    }
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
