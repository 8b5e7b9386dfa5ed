// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One replica of a {@link Fleet}, from the decision to start it until it has left. */
final class Member {
  /** Counts up: the youngest has the highest. */
  final int number;

  final String id;

  /** When to start it; earlier, it waits. */
  final long launchAtNanos;

  /** Failures in a row in its place; health ends the row. */
  int failures;

  long restarts;
  String lastFailure = "";

  /** The port on which the one before failed, held until this one has another; or 0. */
  int avoidedPort;

  int port;

  @Nullable Child child;

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

  long killAtNanos;
  boolean killed;

  Member(String idPrefix, int number, Instant now, long launchAtNanos) {
    this.number = number;
    this.id = idPrefix + number;
    this.startedAt = now;
    this.since = now;
    this.launchAtNanos = launchAtNanos;
  }

  void started(Child started, int onPort, Instant now, long nowNanos) {
    child = started;
    port = onPort;
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
