// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What has to be done so that a backend becomes what is desired; pure.
 *
 * <p>{@code maint} is never a lasting state of ours, so a server that is found in it was put there by a
 * person: it stays so, and is reported, until that person says {@code ready} or its replica leaves. The
 * exception is a server whose adding was cut off half-way, since HAProxy does not go on with the rest of
 * a line of commands when nobody reads its answers. Every other deviation is put right.
 *
 * @param steps in the order in which they are to be done
 * @param quiet the unwanted and drained servers that have no call any more, or do not exist
 * @param gone the servers of {@code withdrawn} that do not exist
 * @param held the servers that a person holds in maintenance
 * @param memory what the next plan must know of this one
 */
record Plan(
    List<Step> steps, Set<String> quiet, Set<String> gone, Set<String> held, Memory memory) {

  /** A call can be on its way between the choice of a server and its count, for less than a look. */
  private static final int QUIET_LOOKS = 2;

  /** How long HAProxy 3 is asked to wait for a server to become removable. */
  private static final String WAIT = "100ms";

  /** Each try is a line or two in HAProxy's log. */
  private static final long QUIET_TRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long BUSY_TRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * How far a server out of rotation is.
   *
   * @param nextTryNanos before when it is not tried to delete it again
   */
  record Leaving(long sinceNanos, int quietLooks, long nextTryNanos) {
    static Leaving begun(long nowNanos) {
      return new Leaving(nowNanos, 0, nowNanos);
    }

    boolean quiet() {
      return quietLooks >= QUIET_LOOKS;
    }

    boolean tried() {
      return nextTryNanos != sinceNanos;
    }

    Leaving tried(long nowNanos) {
      return new Leaving(
          sinceNanos, quietLooks, nowNanos + (quiet() ? QUIET_TRY_NANOS : BUSY_TRY_NANOS));
    }
  }

  /**
   * What a plan knows of those before it.
   *
   * @param leaving how far servers are that are out of rotation
   * @param unfinished servers that are in {@code maint} by our own doing
   */
  record Memory(Map<String, Leaving> leaving, Set<String> unfinished) {
    /**
     * At the first look of all: a server that is in maintenance and never had a call was being added by
     * a controller that is no more.
     */
    static Memory first(Map<String, ServerState> seen) {
      Set<String> unfinished = new HashSet<>();
      seen.forEach((name, server) -> {
        if (server.maintenance() && !server.used()) {
          unfinished.add(name);
        }
      });
      return new Memory(Map.of(), unfinished);
    }
  }

  /** One thing to do; {@code success} is what the answer contains then, empty if it says nothing. */
  record Step(String what, String server, String command, String success) {}

  /** Plans. */
  static Plan of(
      Desire desire, Map<String, ServerState> seen, Memory before, boolean waits, long nowNanos) {
    Plan plan = new Plan(
        new ArrayList<>(),
        new LinkedHashSet<>(),
        new HashSet<>(desire.withdrawn()),
        new LinkedHashSet<>(),
        new Memory(new HashMap<>(), stillUnfinished(before, seen)));
    plan.gone.removeAll(seen.keySet());
    plan.quiet.addAll(plan.gone);
    Commands commands = new Commands(desire, waits);
    // Those that come are first: where one replaces another, the backend is not empty in between.
    for (Wanted wanted : desire.wanted().values()) {
      ServerState server = seen.get(wanted.server());
      if (server == null) {
        plan.absent(commands, wanted);
      } else if (wanted.is(server, desire.options().tls() != null)) {
        plan.present(commands, wanted, server, before, nowNanos);
      }
    }
    boolean serves = serves(desire, seen);
    for (Map.Entry<String, ServerState> server : seen.entrySet()) {
      Wanted wanted = desire.wanted().get(server.getKey());
      boolean leaves = wanted == null
          ? desire.withdrawn().contains(server.getKey()) || (desire.complete() && serves)
          : !wanted.is(server.getValue(), desire.options().tls() != null);
      if (leaves) {
        plan.leave(commands, server.getKey(), server.getValue(), before, nowNanos);
      }
    }
    return plan;
  }

  /** Whether it can be left alone for a while. */
  boolean settled() {
    return steps.isEmpty()
        && memory.leaving().values().stream().allMatch(l -> l.quiet() && !l.tried());
  }

  private void absent(Commands commands, Wanted wanted) {
    InetAddress address = wanted.address();
    if (!wanted.in()) {
      quiet.add(wanted.server());
    } else if (address != null) {
      steps.add(commands.add(wanted, address));
    }
  }

  private void present(
      Commands commands, Wanted wanted, ServerState server, Memory before, long nowNanos) {
    boolean unfinished = server.maintenance() && before.unfinished().contains(wanted.server());
    if (unfinished) {
      memory.unfinished().add(wanted.server());
    } else if (server.maintenance()) {
      held.add(wanted.server());
    }
    if (!wanted.in()) {
      out(commands, wanted.server(), server, before, nowNanos);
      return;
    }
    if (commands.desire.options().agent() == null && server.weight() != wanted.weight()) {
      steps.add(commands.weight(wanted));
    }
    if (unfinished || (server.draining() && !server.maintenance())) {
      steps.add(commands.ready(wanted.server()));
    }
  }

  private void leave(
      Commands commands, String name, ServerState server, Memory before, long nowNanos) {
    Leaving now = out(commands, name, server, before, nowNanos);
    boolean outOfGrace = nowNanos - now.sinceNanos >= commands.desire.graceNanos();
    if ((now.quiet() || outOfGrace) && nowNanos - now.nextTryNanos >= 0) {
      steps.add(commands.remove(name));
      memory.leaving().put(name, now.tried(nowNanos));
    }
  }

  private Leaving out(
      Commands commands, String name, ServerState server, Memory before, long nowNanos) {
    Leaving earlier = before.leaving().getOrDefault(name, Leaving.begun(nowNanos));
    boolean out = server.draining() || server.maintenance();
    if (!out) {
      steps.add(commands.drain(name));
    }
    boolean still = out && server.busy() == 0;
    Leaving now = new Leaving(
        earlier.sinceNanos,
        still ? Math.min(QUIET_LOOKS, earlier.quietLooks + 1) : 0,
        earlier.nextTryNanos);
    memory.leaving().put(name, now);
    if (now.quiet()) {
      quiet.add(name);
    }
    return now;
  }

  private static Set<String> stillUnfinished(Memory before, Map<String, ServerState> seen) {
    Set<String> unfinished = new HashSet<>(before.unfinished());
    unfinished.removeIf(name -> {
      ServerState server = seen.get(name);
      return server == null || !server.maintenance();
    });
    return unfinished;
  }

  /** What is left over goes only while a known replica serves: it may be all that there is. */
  private static boolean serves(Desire desire, Map<String, ServerState> seen) {
    return desire.wanted().values().stream().filter(Wanted::in).anyMatch(wanted -> {
      ServerState server = seen.get(wanted.server());
      return server != null
          && server.running()
          && !server.maintenance()
          && !server.draining()
          && wanted.is(server, desire.options().tls() != null);
    });
  }

  /** The commands for one backend. */
  private record Commands(Desire desire, boolean waits) {
    Step add(Wanted wanted, InetAddress address) {
      String at = at(wanted.server());
      ServerOptions options = desire.options();
      String command = "add server " + at + " " + Addresses.text(address, wanted.port())
          + options.words(wanted.server()) + " weight " + wanted.weight()
          + (wanted.backup() ? " backup" : "")
          + ";" + enable(at);
      return new Step("add", wanted.server(), command, "New server registered");
    }

    /** Repeats what may have been cut off after an add. */
    Step ready(String server) {
      return new Step("ready", server, enable(at(server)), "");
    }

    Step drain(String server) {
      return new Step("drain", server, "set server " + at(server) + " state drain", "");
    }

    Step weight(Wanted wanted) {
      String command = "set server " + at(wanted.server()) + " weight " + wanted.weight();
      return new Step("weight " + wanted.weight(), wanted.server(), command, "");
    }

    /** Ends in {@code drain}, which is refused if the server is gone, and else takes maint back. */
    Step remove(String server) {
      String at = at(server);
      String command = (desire.options().check() != null ? "disable health " + at + ";" : "")
          + (desire.options().agent() != null ? "disable agent " + at + ";" : "")
          + "set server " + at + " state maint;"
          + (waits ? "wait " + WAIT + " srv-removable " + at + ";" : "")
          + "del server " + at + ";set server " + at + " state drain";
      return new Step("delete", server, command, "Server deleted");
    }

    private String enable(String at) {
      return (desire.options().check() != null ? "enable health " + at + ";" : "")
          + (desire.options().agent() != null ? "enable agent " + at + ";" : "")
          + "set server " + at + " state ready";
    }

    private String at(String server) {
      return desire.backend() + "/" + server;
    }
  }
}
