// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.sinew.Expect;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.process.health.HealthCheck;
import dev.sinew.process.health.HealthProbe.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One replica of a {@link Fleet}, from the decision to start it until it has left. */
final class Member {
  static final long STARTING_PROBE_NANOS = MILLISECONDS.toNanos(50);
  static final int MISSES_UNTIL_UNREADY = 5;

  // Twice the longest drain grace.
  private static final long LONGEST_MILLIS = HOURS.toMillis(2);

  /** Counts up: the youngest has the highest. */
  final int number;

  final String id;

  /** When to start it; earlier, it waits. */
  long launchAtNanos;

  /** Failures in a row in its place; health ends the row. */
  int failures;

  long restarts;
  String lastFailure = "";

  /** The port on which the one before failed, held until this one has another; or 0. */
  int avoidedPort;

  int port;

  @Nullable Child child;

  /** Of the spec it was started from; empty before. */
  String fingerprint = "";

  /** As its spec said when that was last the present one; if nobody knows, as asks any server. */
  HealthCheck check = HealthCheck.tcp();

  State state = State.WAITING;
  Instant since;
  long sinceNanos;
  Instant startedAt;

  @Nullable Instant readyAt;

  boolean asking;
  long askedAtNanos;
  long askAtNanos;
  int misses;
  String health = "no answer";

  /** Whether the door may have been told that it is ready. */
  boolean atDoor;

  /** Completes when no more calls reach it, while it leaves. */
  CompletableFuture<Void> clear = new CompletableFuture<>();

  long terminateAtNanos;
  boolean terminated;
  long killAtNanos;
  boolean killed;

  /** The same as {@link #killAtNanos}, or null before it drains. */
  @Nullable Instant killAt;

  Member(String id, int number, Instant now, long launchAtNanos) {
    this.number = number;
    this.id = id;
    this.startedAt = now;
    this.since = now;
    this.launchAtNanos = launchAtNanos;
  }

  /** A member of an earlier fleet, with its child, or null if that is gone. */
  static Member of(Journal.Entry entry, @Nullable Child child, Instant now, long nowNanos) {
    Member member = new Member(entry.id(), entry.number(), now, nowNanos);
    member.failures = entry.failures();
    member.restarts = entry.restarts();
    member.lastFailure = entry.lastFailure();
    member.fingerprint = entry.fingerprint();
    member.startedAt = entry.startedAt();
    member.since = now;
    member.sinceNanos = nowNanos;
    if (child != null) {
      member.child = child;
      member.port = entry.port();
      member.readyAt = entry.readyAt();
      member.askAtNanos = nowNanos;
      member.atDoor = true;
      member.state = entry.state() == State.WAITING ? State.STARTING : entry.state();
      Instant killAt = entry.killAt();
      if (killAt != null) {
        long left = Duration.between(now, killAt).toMillis();
        member.leave(killAt, nowNanos + MILLISECONDS.toNanos(Math.min(LONGEST_MILLIS, left)));
      }
    }
    return member;
  }

  void started(Child started, Instant now, long nowNanos) {
    child = started;
    startedAt = now;
    askAtNanos = nowNanos;
    enter(State.STARTING, now, nowNanos);
  }

  void enter(State next, Instant now, long nowNanos) {
    state = next;
    since = now;
    sinceNanos = nowNanos;
    misses = 0;
    if (next != State.DRAINING) {
      readyAt = next == State.READY ? now : null;
    }
  }

  void leave(Instant deadline, long deadlineNanos) {
    killAt = deadline;
    killAtNanos = deadlineNanos;
  }

  /** Leaves no more; whether it serves is to be asked. */
  void stay(Instant now, long nowNanos) {
    enter(State.UNREADY, now, nowNanos);
    killAt = null;
    asking = false;
    askAtNanos = nowNanos;
  }

  /** Hears how it is; returns whether it is ready now, or no more. */
  boolean hear(Answer answer, Instant now, long nowNanos) {
    State before = state;
    asking = false;
    health = answer.said();
    if (answer.serving()) {
      misses = 0;
      if (state != State.READY) {
        enter(State.READY, now, nowNanos);
      }
    } else if (state == State.READY && ++misses >= MISSES_UNTIL_UNREADY) {
      enter(State.UNREADY, now, nowNanos);
    }
    askAtNanos =
        askedAtNanos + (state == State.STARTING ? STARTING_PROBE_NANOS : Fleet.PROBE_NANOS);
    return state != before;
  }

  /** How it ended, for a sentence that begins with its id. */
  String ending(Child dead, long nowNanos) {
    OptionalInt code = dead.exitCode();
    String how = "ended (exit code unknown: adopted)";
    if (code.isPresent()) {
      int signal = code.getAsInt() - 128;
      how = "exited with " + code.getAsInt()
          + (signal > 0 && signal <= 64 ? " (signal " + signal + ")" : "");
    }
    String last = dead.lastLine();
    long age = NANOSECONDS.toMillis(inStateNanos(nowNanos));
    return how + " after " + age + " ms " + state
        + (last.isBlank() ? "" : ": " + Expect.printable(last.strip()));
  }

  /** What is wrong with one that has not been ready for so long. */
  String overdue(Duration timeout) {
    String what = state == State.STARTING ? "did not become ready" : "ceased to be ready";
    return what + " for " + timeout + " (health: " + health + ")";
  }

  /** In how many nanoseconds it needs attention. */
  long untilDue(long nowNanos) {
    if (child == null) {
      return launchAtNanos - nowNanos;
    }
    return asking ? Fleet.PROBE_NANOS : askAtNanos - nowNanos;
  }

  /** What the journal holds of it. */
  Journal.Entry entry() {
    ProcessIdentity process = child == null ? null : child.identity();
    return new Journal.Entry(
        id,
        number,
        port,
        process,
        state,
        startedAt,
        readyAt,
        failures,
        restarts,
        killAt,
        fingerprint,
        lastFailure);
  }

  long inStateNanos(long nowNanos) {
    return nowNanos - sinceNanos;
  }

  ChildStatus status() {
    long pid = child == null ? 0 : child.pid();
    return new ChildStatus(id, pid, port, state, restarts, since, lastFailure);
  }

  Replica replica() {
    Replica.State seen = switch (state) {
      case WAITING, STARTING, UNREADY -> Replica.State.STARTING;
      case READY -> Replica.State.READY;
      case DRAINING -> Replica.State.DRAINING;
    };
    return new Replica(id, seen, startedAt, readyAt);
  }
}
