// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.Comparator.comparingInt;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sinew.Expect;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.process.HealthProbe.Answer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps as many children alive as are desired.
 *
 * <p>A place is filled by one {@link Member} after another: whichever way a child fails, a successor
 * with a new id takes its place, at once the first time, then after the back-off. A child that shall
 * go is moved to those that leave and counts no more. Owned by one thread, never blocks, and has no
 * clock: each call says what time it is.
 */
final class Fleet {
  static final long STARTING_PROBE_NANOS = MILLISECONDS.toNanos(50);
  static final long PROBE_NANOS = SECONDS.toNanos(1);
  static final int MISSES_UNTIL_UNREADY = 5;
  static final long HEALTHY_NANOS = SECONDS.toNanos(30);

  private static final System.Logger LOG = System.getLogger(Fleet.class.getName());

  private final ProcessSpec spec;
  private final Child.Launcher launcher;
  private final Ports ports;
  private final RandomGenerator random;
  private final String ids;
  private final List<Member> members = new ArrayList<>();
  private final List<Member> leaving = new ArrayList<>();
  private int lastNumber;
  private long restarts;
  private long kills;
  private Instant now = Instant.EPOCH;
  private long nowNanos;

  Fleet(ProcessSpec spec, Child.Launcher launcher, Ports ports, RandomGenerator random) {
    this.spec = spec;
    this.launcher = launcher;
    this.ports = ports;
    this.random = random;
    // Four random letters tell the replicas of one run from those of another.
    String run = Integer.toString(random.nextInt(1 << 20) + (1 << 20), 32).substring(1);
    this.ids = spec.idPrefix() + "-" + run + "-";
  }

  /** Sets how many children shall live; those to stop are the victims, then the least useful. */
  void resize(int desired, List<String> victims, Instant at, long atNanos) {
    now = at;
    nowNanos = atNanos;
    while (members.size() < desired) {
      members.add(next(0));
    }
    int surplus = members.size() - desired;
    if (surplus > 0) {
      order(victims).limit(surplus).toList().forEach(this::leave);
    }
  }

  /** Tells every child to leave, and kills those that have not after the given time. */
  void stop(long graceNanos, Instant at, long atNanos) {
    resize(0, List.of(), at, atNanos);
    for (Member member : leaving) {
      member.killAtNanos = Math.min(member.killAtNanos, nowNanos + graceNanos);
    }
  }

  /** Does what is due; returns after how many nanoseconds something is due again, at most 1 s. */
  long step(Instant at, long atNanos) {
    now = at;
    nowNanos = atNanos;
    long wait = PROBE_NANOS;
    for (int i = 0; i < members.size(); i++) {
      String failure = advance(members.get(i));
      if (failure != null) {
        members.set(i, succeed(members.get(i), failure));
      }
      wait = Math.min(wait, untilDue(members.get(i)));
    }
    leaving.removeIf(this::left);
    for (Member member : leaving) {
      wait = Math.min(wait, member.killed ? PROBE_NANOS : member.killAtNanos - nowNanos);
    }
    return Math.max(0, wait);
  }

  boolean empty() {
    return members.isEmpty() && leaving.isEmpty();
  }

  FleetStatus status() {
    return new FleetStatus(
        members.size(), restarts, kills, all().map(Member::status).toList());
  }

  Replicas replicas() {
    return new Replicas(members.size(), all().map(Member::replica).toList());
  }

  private Stream<Member> all() {
    return Stream.concat(members.stream(), leaving.stream());
  }

  /** What a member needs at this moment; returns how it failed, or null. */
  private @Nullable String advance(Member member) {
    Child child = member.child;
    if (child == null) {
      return nowNanos - member.launchAtNanos >= 0 ? launch(member) : null;
    }
    if (!child.alive()) {
      return exited(member, child);
    }
    Answer answer = child.takeHealth();
    if (answer != null) {
      hear(member, answer);
    }
    if (member.state == State.READY) {
      if (member.inStateNanos(nowNanos) >= HEALTHY_NANOS) {
        member.failures = 0;
      }
    } else if (member.inStateNanos(nowNanos) >= spec.startTimeout().toNanos()) {
      String what = member.state == State.STARTING ? "did not become ready" : "ceased to be ready";
      return what + " for " + spec.startTimeout() + " (health: " + member.health + ")";
    }
    if (!member.asking && nowNanos - member.askAtNanos >= 0) {
      member.asking = true;
      member.askedAtNanos = nowNanos;
      child.askHealth();
    }
    return null;
  }

  private @Nullable String launch(Member member) {
    int port = 0;
    Child child;
    try {
      port = ports.take(random);
      child = launcher.launch(member.id, port);
    } catch (IOException e) {
      ports.release(port);
      return "could not be started: " + e.getMessage();
    } catch (RuntimeException e) {
      ports.release(port);
      return "could not be started: " + e;
    }
    member.started(child, port, now, nowNanos);
    ports.release(member.avoidedPort);
    member.avoidedPort = 0;
    log(Level.INFO, "replica started", member, " pid=" + child.pid());
    return null;
  }

  private String exited(Member member, Child child) {
    int code = child.exitCode();
    String signal = code > 128 && code <= 128 + 64 ? " (signal " + (code - 128) + ")" : "";
    String last = child.lastLine();
    long age = NANOSECONDS.toMillis(member.inStateNanos(nowNanos));
    return "exited with " + code + signal + " after " + age + " ms " + member.state
        + (last.isBlank() ? "" : ": " + Expect.printable(last.strip()));
  }

  private void hear(Member member, Answer answer) {
    member.asking = false;
    member.health = answer.said();
    if (answer.serving()) {
      member.misses = 0;
      if (member.state != State.READY) {
        long tookMillis = NANOSECONDS.toMillis(member.inStateNanos(nowNanos));
        member.enter(State.READY, now, nowNanos);
        log(Level.INFO, "replica ready", member, " took_ms=" + tookMillis);
      }
    } else if (member.state == State.READY && ++member.misses >= MISSES_UNTIL_UNREADY) {
      member.enter(State.UNREADY, now, nowNanos);
      log(Level.WARNING, "replica not ready", member, " health=" + answer.said());
    }
    long period = member.state == State.STARTING ? STARTING_PROBE_NANOS : PROBE_NANOS;
    member.askAtNanos = member.askedAtNanos + period;
  }

  /** Lets go of a failed member and returns who takes its place. */
  private Member succeed(Member failed, String failure) {
    int failures = failed.failures + 1;
    long delay = failures == 1 ? 0 : spec.restartBackoff().nanos(failures - 1, random);
    Member next = next(delay);
    next.failures = failures;
    next.restarts = failed.restarts + 1;
    next.lastFailure = failed.id + " " + failure + "; failure " + failures + " in a row";
    restarts++;
    log(
        Level.WARNING,
        "replica failed",
        failed,
        " retry_ms=" + NANOSECONDS.toMillis(delay) + " reason=\"" + next.lastFailure + "\"");
    Child child = failed.child;
    if (child == null) {
      next.avoidedPort = failed.avoidedPort;
    } else if (child.alive()) {
      failed.enter(State.DRAINING, now, nowNanos);
      leaving.add(failed);
      kill(failed, child);
    } else {
      next.avoidedPort = failed.port;
      child.release();
    }
    return next;
  }

  /** Members in the order in which they should go. */
  private Stream<Member> order(List<String> victims) {
    Stream<Member> named = victims.stream()
        .flatMap(victim -> members.stream().filter(member -> member.id.equals(victim)));
    List<Member> youngestFirst = new ArrayList<>(members);
    youngestFirst.sort(comparingInt((Member member) -> member.number).reversed());
    Stream<Member> rest = Stream.of(State.WAITING, State.STARTING, State.UNREADY, State.READY)
        .flatMap(state -> youngestFirst.stream().filter(member -> member.state == state));
    return Stream.concat(named, rest).distinct();
  }

  private void leave(Member member) {
    members.remove(member);
    Child child = member.child;
    if (child == null) {
      ports.release(member.avoidedPort);
      return;
    }
    child.terminate();
    member.enter(State.DRAINING, now, nowNanos);
    member.killAtNanos = nowNanos + spec.drainGrace().toNanos();
    leaving.add(member);
    log(Level.INFO, "replica draining", member, "");
  }

  private boolean left(Member member) {
    Child child = member.child;
    if (child == null || !child.alive()) {
      if (child != null) {
        child.release();
      }
      ports.release(member.port);
      long tookMillis = NANOSECONDS.toMillis(member.inStateNanos(nowNanos));
      log(
          Level.INFO,
          "replica left",
          member,
          " took_ms=" + tookMillis + " killed=" + member.killed);
      return true;
    }
    if (!member.killed && nowNanos - member.killAtNanos >= 0) {
      kill(member, child);
    }
    return false;
  }

  private void kill(Member member, Child child) {
    child.kill();
    member.killed = true;
    kills++;
    log(Level.WARNING, "replica killed", member, "");
  }

  private long untilDue(Member member) {
    if (member.child == null) {
      return member.launchAtNanos - nowNanos;
    }
    return member.asking ? PROBE_NANOS : member.askAtNanos - nowNanos;
  }

  private Member next(long delayNanos) {
    lastNumber++;
    return new Member(ids, lastNumber, now, nowNanos + delayNanos);
  }

  private void log(Level level, String what, Member member, String more) {
    LOG.log(
        level,
        () -> what
            + " service=" + spec.service()
            + " id=" + member.id
            + " port=" + member.port
            + " state=" + member.state
            + more);
  }
}
