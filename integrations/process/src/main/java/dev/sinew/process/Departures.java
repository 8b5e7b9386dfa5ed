// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.sinew.process.FleetStatus.State;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The members of a {@link Fleet} that leave: the door is told, they get SIGTERM when no more calls
 * come or the patience is over, and SIGKILL after the grace.
 *
 * <p>Patience and grace are each the drain grace. Without a door, or for a member that was never at
 * it, there is no patience.
 */
final class Departures {
  private final FleetLog log;
  private final Ports ports;
  private final Door door;
  private final List<Member> members = new ArrayList<>();
  private final List<Child> terminating = new ArrayList<>();
  private long graceNanos;
  private long kills;
  private Instant now = Instant.EPOCH;
  private long nowNanos;

  Departures(FleetLog log, Ports ports, Door door) {
    this.log = log;
    this.ports = ports;
    this.door = door;
  }

  /** Says what time it is, and how long members may take after SIGTERM. */
  void begin(long grace, Instant at, long atNanos) {
    graceNanos = grace;
    now = at;
    nowNanos = atNanos;
  }

  void resume(long killsBefore) {
    kills = killsBefore;
  }

  Stream<Member> all() {
    return members.stream();
  }

  boolean empty() {
    return members.isEmpty();
  }

  long kills() {
    return kills;
  }

  /** A member with a child shall leave. */
  void add(Member member, Child child) {
    long patience = door.kept() && member.atDoor ? graceNanos : 0;
    member.enter(State.DRAINING, now, nowNanos);
    member.terminateAtNanos = nowNanos + patience;
    member.leave(now.plusNanos(patience + graceNanos), nowNanos + patience + graceNanos);
    dismiss(member, child);
    log.say(Level.INFO, "replica draining", member, "");
  }

  /** A member that an earlier fleet has begun to let go; SIGTERM may or may not have reached it. */
  void adopt(Member member, Child child) {
    member.terminateAtNanos = member.killAtNanos - graceNanos;
    if (member.atDoor && nowNanos - member.terminateAtNanos < 0) {
      // A keeper of this controller has never heard of it, and cannot drain what it does not know.
      door.ready(member);
    }
    dismiss(member, child);
  }

  private void dismiss(Member member, Child child) {
    members.add(member);
    if (member.atDoor) {
      door.leaving(member);
    }
    if (!door.kept() || nowNanos - member.terminateAtNanos >= 0) {
      terminate(member, child);
    }
  }

  /** A failed member's child shall be no more. */
  void addFailed(Member member, Child child) {
    member.enter(State.DRAINING, now, nowNanos);
    member.leave(now, nowNanos);
    member.terminated = true;
    members.add(member);
    kill(member, child);
  }

  /** The latest that has not got SIGTERM, lives and fits, which leaves no more; or null. */
  @Nullable Member takeBack(Predicate<Member> fits) {
    for (int i = members.size() - 1; i >= 0; i--) {
      Member member = members.get(i);
      Child child = member.child;
      if (!member.terminated && child != null && child.alive() && fits.test(member)) {
        members.remove(i);
        child.takeHealth();
        member.stay(now, nowNanos);
        log.say(Level.INFO, "replica stays", member, "");
        return member;
      }
    }
    return null;
  }

  /** Nobody shall be there longer than so long, nor be waited for at the door. */
  void hurry(long patience, long grace) {
    for (Member member : members) {
      member.terminateAtNanos = earlier(member.terminateAtNanos, nowNanos + patience);
      member.killAtNanos = earlier(member.killAtNanos, nowNanos + patience + grace);
    }
  }

  /** Does what is due. */
  void step() {
    members.removeIf(this::left);
  }

  /** Sends the signals that are recorded. */
  void signal() {
    terminating.forEach(Child::terminate);
    terminating.clear();
  }

  /** In how many nanoseconds something is due, at most so many. */
  long untilDue(long most) {
    long wait = most;
    for (Member member : members) {
      if (!member.killed) {
        long due = member.terminated
            ? member.killAtNanos
            : earlier(member.terminateAtNanos, member.killAtNanos);
        wait = Math.min(wait, due - nowNanos);
      }
    }
    return wait;
  }

  private boolean left(Member member) {
    Child child = member.child;
    if (child == null || !child.alive()) {
      if (child != null) {
        child.release();
      }
      ports.release(member.port);
      door.gone(member.id);
      long tookMillis = NANOSECONDS.toMillis(member.inStateNanos(nowNanos));
      log.say(
          Level.INFO,
          "replica left",
          member,
          " took_ms=" + tookMillis + " killed=" + member.killed);
      return true;
    }
    if (!member.terminated && (member.clear.isDone() || nowNanos - member.terminateAtNanos >= 0)) {
      long waited = NANOSECONDS.toMillis(member.inStateNanos(nowNanos));
      String seen = member.clear.isDone() ? "clear" : "overdue";
      log.say(Level.INFO, "replica ends", member, " waited_ms=" + waited + " door=" + seen);
      terminate(member, child);
    }
    if (!member.killed && nowNanos - member.killAtNanos >= 0) {
      kill(member, child);
    }
    return false;
  }

  private void terminate(Member member, Child child) {
    member.terminated = true;
    if (nowNanos + graceNanos - member.killAtNanos < 0) {
      member.leave(now.plusNanos(graceNanos), nowNanos + graceNanos);
    }
    terminating.add(child);
  }

  private void kill(Member member, Child child) {
    child.kill();
    member.killed = true;
    kills++;
    log.say(Level.WARNING, "replica killed", member, "");
  }

  private static long earlier(long one, long other) {
    return one - other < 0 ? one : other;
  }
}
