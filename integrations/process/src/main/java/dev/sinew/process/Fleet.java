// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.process.health.HealthProbe.Answer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps as many children alive as are desired.
 *
 * <p>A place is filled by one {@link Member} after another: whichever way a child fails, a successor
 * with a new id takes its place, at once the first time, then after the back-off. A child that shall
 * go is moved to those that leave and counts no more. What it is about to do is recorded before it is
 * done. Owned by one thread, and has no clock: each call says what time it is.
 */
final class Fleet {
  static final long PROBE_NANOS = SECONDS.toNanos(1);
  static final long HEALTHY_NANOS = SECONDS.toNanos(30);

  private final Child.Launcher launcher;
  private final Ports ports;
  private final RandomGenerator random;
  private final FleetLog log;
  private final Door door;
  private final Recorder recorder;
  private final Rollout rollout;
  private final Succession succession;
  private final List<Member> members = new ArrayList<>();
  private final Departures departures;
  private final List<Member> launching = new ArrayList<>();
  private ProcessSpec spec;
  private int desired;
  private long epoch = Long.MIN_VALUE;
  private long restarts;
  private Instant now = Instant.EPOCH;
  private long nowNanos;

  Fleet(
      ProcessSpec spec,
      Child.Launcher launcher,
      Ports ports,
      RandomGenerator random,
      Journal.Sink journal,
      Door door) {
    this.spec = spec;
    this.log = new FleetLog(spec.service());
    this.door = door;
    this.departures = new Departures(log, ports, door);
    this.recorder = new Recorder(spec.service(), journal);
    this.rollout = new Rollout(spec);
    this.launcher = launcher;
    this.ports = ports;
    this.random = random;
    this.succession = new Succession(spec.idPrefix(), random);
  }

  /**
   * Continues an earlier fleet.
   *
   * @param children finds a member's child, or null if that is gone
   */
  void restore(
      Journal journal,
      Function<Journal.Entry, @Nullable Child> children,
      Instant at,
      long atNanos) {
    begin(at, atNanos);
    desired = journal.desired();
    epoch = journal.epoch();
    succession.resume(journal.lastNumber());
    restarts = journal.restarts();
    departures.resume(journal.kills());
    List<Member> lost = new ArrayList<>();
    for (Journal.Entry entry : journal.members()) {
      Child child = children.apply(entry);
      Member member = Member.of(entry, child, now, nowNanos);
      if (child == null) {
        if (entry.port() != 0) {
          door.gone(entry.id());
        }
        if (entry.state() != State.DRAINING && members.size() + lost.size() < desired) {
          lost.add(
              entry.state() == State.WAITING
                  ? succession.again(member, spec.restartBackoff(), now, nowNanos)
                  : successor(member, "ended while no controller was there (exit code unknown)"));
        }
      } else {
        ports.reserve(member.port);
        log.say(Level.INFO, "replica adopted", member, " pid=" + child.pid());
        if (member.state == State.DRAINING) {
          departures.adopt(member, child);
        } else {
          members.add(member);
          tellDoor(member);
        }
      }
    }
    lost.stream().limit(Math.max(0, desired - members.size())).forEach(members::add);
    rollout.resume(members, desired);
    fill();
    shrink(List.of());
    commit();
  }

  /** Sets how many children shall live; those to stop are the victims, then the least useful. */
  void resize(int number, List<String> victims, long inEpoch, Instant at, long atNanos) {
    begin(at, atNanos);
    desired = number;
    epoch = inEpoch;
    fill();
    shrink(victims);
    commit();
  }

  /** Gives up all children for good. */
  void disband(Instant at, long atNanos) {
    resize(0, List.of(), epoch, at, atNanos);
  }

  /** Treats its children as another spec says from now on, and replaces those that differ by it. */
  void update(ProcessSpec next, Instant at, long atNanos) {
    spec = next;
    begin(at, atNanos);
    if (rollout.update(next)) {
      Member begun = rollout.surplus();
      if (begun != null && rollout.outdated(begun)) {
        leave(begun);
      }
      members.stream().filter(member -> member.child == null).forEach(member -> {
        member.launchAtNanos = nowNanos;
        member.failures = 0;
      });
    }
    commit();
  }

  /**
   * Tells every child to leave: those that have not get SIGTERM after the patience, and SIGKILL after
   * the grace.
   */
  void stop(long patienceNanos, long graceNanos, Instant at, long atNanos) {
    begin(at, atNanos);
    List.copyOf(members).forEach(this::leave);
    departures.hurry(patienceNanos, graceNanos);
    commit();
  }

  /** Does what is due; returns after how many nanoseconds something is due again, at most 1 s. */
  long step(Instant at, long atNanos) {
    begin(at, atNanos);
    for (int i = 0; i < members.size(); i++) {
      String failure = advance(members.get(i));
      if (failure != null) {
        members.set(i, succeed(members.get(i), failure));
      }
    }
    departures.step();
    rollOut();
    commit();
    long wait = PROBE_NANOS;
    for (Member member : members) {
      wait = Math.min(wait, member.untilDue(nowNanos));
    }
    return Math.max(0, departures.untilDue(wait));
  }

  /** Lets go of all children and leaves them alone. */
  void detach() {
    all().map(member -> member.child).filter(Objects::nonNull).forEach(Child::detach);
  }

  boolean empty() {
    return members.isEmpty() && departures.empty();
  }

  FleetStatus status() {
    return new FleetStatus(
        desired,
        restarts,
        departures.kills(),
        recorder.failures(),
        rollout.status(members),
        all().map(Member::status).toList());
  }

  Replicas replicas() {
    return new Replicas(desired, all().map(Member::replica).toList());
  }

  private void begin(Instant at, long atNanos) {
    now = at;
    nowNanos = atNanos;
    departures.begin(spec.drainGrace().toNanos(), at, atNanos);
  }

  private void fill() {
    if (members.size() < desired + rollout.surge()) {
      rollout.settle();
    }
    while (members.size() < desired) {
      Member back = departures.takeBack(member -> !rollout.outdated(member));
      members.add(back == null ? succession.next(0, now, nowNanos) : back);
    }
  }

  private void shrink(List<String> victims) {
    while (members.size() > desired + rollout.surge()) {
      leave(rollout.leastUseful(members, victims));
    }
  }

  private void rollOut() {
    Member member = rollout.leaves(members);
    if (member != null) {
      rollout.settle();
      leave(member);
    } else if (rollout.wantsOneMore(members, departures.all())) {
      Member more = succession.next(0, now, nowNanos);
      rollout.begin(more);
      members.add(more);
    }
  }

  /** Records what shall be, then does it. */
  private void commit() {
    List<Journal.Entry> entries = all().map(Member::entry).toList();
    int last = succession.lastNumber();
    Journal present = new Journal(desired, epoch, last, restarts, departures.kills(), entries);
    recorder.record(present, nowNanos);
    door.tell();
    departures.signal();
    for (Member member : launching) {
      String failure = launch(member);
      if (failure != null) {
        members.set(members.indexOf(member), succeed(member, failure));
      }
    }
    launching.clear();
  }

  private Stream<Member> all() {
    return Stream.concat(members.stream(), departures.all());
  }

  /** What a member needs at this moment; returns how it failed, or null. */
  private @Nullable String advance(Member member) {
    Child child = member.child;
    if (child == null) {
      return nowNanos - member.launchAtNanos >= 0 ? prepare(member) : null;
    }
    if (!child.alive()) {
      return member.ending(child, nowNanos);
    }
    Answer answer = child.takeHealth();
    if (answer != null && member.hear(answer, now, nowNanos)) {
      boolean ready = member.state == State.READY;
      tellDoor(member);
      log.say(
          ready ? Level.INFO : Level.WARNING,
          ready ? "replica ready" : "replica not ready",
          member,
          " health=" + answer.said());
    }
    if (member.state == State.READY) {
      if (member.inStateNanos(nowNanos) >= HEALTHY_NANOS) {
        member.failures = 0;
      }
    } else if (member.inStateNanos(nowNanos) >= spec.startTimeout().toNanos()) {
      return member.overdue(spec.startTimeout());
    }
    if (!member.asking && nowNanos - member.askAtNanos >= 0) {
      member.asking = true;
      member.askedAtNanos = nowNanos;
      if (!rollout.outdated(member)) {
        member.check = spec.healthCheck();
      }
      child.askHealth(member.check);
    }
    return null;
  }

  private void tellDoor(Member member) {
    if (member.state == State.READY) {
      door.ready(member);
    } else {
      door.unready(member);
    }
  }

  private @Nullable String prepare(Member member) {
    try {
      member.port = ports.take(random);
      member.fingerprint = rollout.present();
      member.check = spec.healthCheck();
      launching.add(member);
      return null;
    } catch (IOException e) {
      return "could not be started: " + e.getMessage();
    }
  }

  private @Nullable String launch(Member member) {
    try {
      Child child = launcher.launch(member.id, member.port, member.fingerprint);
      member.started(child, now, nowNanos);
      ports.release(member.avoidedPort);
      member.avoidedPort = 0;
      log.say(Level.INFO, "replica started", member, " pid=" + child.pid());
      return null;
    } catch (IOException | RuntimeException | Error e) {
      // A machine without a thread to spare says so by an Error.
      ports.release(member.port);
      return "could not be started: " + (e instanceof IOException ? e.getMessage() : e.toString());
    }
  }

  /** Lets go of a failed member and returns who takes its place. */
  private Member succeed(Member failed, String failure) {
    Member next = successor(failed, failure);
    Child child = failed.child;
    if (child == null) {
      next.avoidedPort = failed.avoidedPort;
    } else if (child.alive()) {
      departures.addFailed(failed, child);
    } else {
      next.avoidedPort = failed.port;
      child.release();
      door.gone(failed.id);
    }
    return next;
  }

  private Member successor(Member failed, String failure) {
    Member next = succession.after(failed, failure, spec.restartBackoff(), now, nowNanos);
    restarts++;
    rollout.replaced(failed, next);
    log.say(
        Level.WARNING,
        "replica failed",
        failed,
        " retry_ms=" + NANOSECONDS.toMillis(next.launchAtNanos - nowNanos) + " reason=\""
            + next.lastFailure + "\"");
    return next;
  }

  private void leave(Member member) {
    members.remove(member);
    rollout.left(member);
    Child child = member.child;
    if (child == null) {
      ports.release(member.avoidedPort);
      if (launching.remove(member)) {
        ports.release(member.port);
      }
      return;
    }
    departures.add(member, child);
  }
}
