// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import dev.sinew.Expect;
import dev.sinew.haproxy.Plan.Memory;
import dev.sinew.haproxy.Plan.Step;
import dev.sinew.haproxy.socket.HaproxySocket;
import dev.sinew.haproxy.socket.HaproxyVersion;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one backend of one HAProxy as it is desired: looks, plans, acts, and looks again.
 *
 * <p>It acts only right after an answered look, so a frozen HAProxy collects questions, one a second, but
 * no orders that it would carry out when they are out of date.
 */
final class DoorLoop {
  /** How soon a HAProxy that came back without our servers is noticed. */
  static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final System.Logger LOG = System.getLogger(DoorLoop.class.getName());
  private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long AFTER_STEPS_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long LEAVING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long RAREST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int LOOKS_COST = 10;

  private final HaproxyEndpointSink sink;
  private final HaproxySocket socket;
  private final String backend;
  private final String name;
  private final Thread thread;
  private @Nullable Memory memory;
  private Set<String> known = Set.of();
  private @Nullable HaproxyVersion version;
  private volatile HaproxyStatus status;
  private boolean woken;
  private boolean stopped;

  DoorLoop(HaproxyEndpointSink sink, HaproxySocket socket, String backend) {
    this.sink = sink;
    this.socket = socket;
    this.backend = backend;
    this.name = "haproxy=" + socket + " backend=" + backend;
    this.status =
        new HaproxyStatus(socket.toString(), "", "not asked yet", 0, null, false, 0, Set.of());
    this.thread = new Thread(this::run, "sinew-haproxy-" + backend);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  HaproxyStatus status() {
    return status;
  }

  /** Looks again soon. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** Ends after the step that is being done. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  void join(long millis) throws InterruptedException {
    thread.join(Math.max(1, millis));
  }

  private void run() {
    long wait = 0;
    while (rest(wait)) {
      try {
        wait = pass();
      } catch (IOException e) {
        version = null;
        wait = failed(String.valueOf(e.getMessage()), SETTLED_NANOS);
      } catch (RuntimeException | Error e) {
        // An Error, too: no thread to spare, no memory. A later pass may find some.
        LOG.log(System.Logger.Level.ERROR, name, e);
        wait = failed(Expect.printable(e.toString()), REFUSED_NANOS);
      }
    }
  }

  private synchronized boolean rest(long nanos) {
    long end = System.nanoTime() + nanos;
    long left = nanos;
    while (!stopped && !woken && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        stopped = true;
      }
      left = end - System.nanoTime();
    }
    woken = false;
    return !stopped;
  }

  /** One look and what follows from it; returns how long to rest. */
  private long pass() throws IOException {
    HaproxyVersion running = version();
    if (!running.atLeast(2, 6)) {
      version = null;
      return failed(Expect.message("version", running, "2.6 or later"), REFUSED_NANOS);
    }
    long begun = System.nanoTime();
    String answer = socket.ask(ServerState.question(backend));
    if (answer.contains("Can't find backend")) {
      return failed("no backend '" + backend + "' in its configuration", REFUSED_NANOS);
    }
    Map<String, ServerState> seen = ServerState.read(answer);
    long cost = System.nanoTime() - begun;
    if (!seen.keySet().containsAll(known)) {
      // Another process may answer now, of another version.
      version = null;
    }
    known = Set.copyOf(seen.keySet());
    // Only now: the look may have taken long.
    Desire desire = sink.desire();
    Memory before = memory == null ? Memory.first(seen) : memory;
    Plan plan = Plan.of(desire, seen, before, running.atLeast(3, 0), begun);
    memory = plan.memory();
    sink.looked(this, plan);
    String refused = act(plan, plan.memory().unfinished());
    if (!refused.isEmpty()) {
      return failed(refused, REFUSED_NANOS);
    }
    well(running, plan, seen.size());
    return next(desire, plan, begun, cost);
  }

  /** Looks cost HAProxy time, so that they are at most a tenth of it. */
  private static long next(Desire desire, Plan plan, long begun, long cost) {
    long rare = Math.min(RAREST_NANOS, Math.max(SETTLED_NANOS, LOOKS_COST * cost));
    if (plan.settled()) {
      return rare;
    }
    if (plan.steps().stream().anyMatch(step -> !step.what().equals("delete"))) {
      return AFTER_STEPS_NANOS;
    }
    long patience = Math.max(REFUSED_NANOS, desire.graceNanos());
    boolean soon = plan.memory().leaving().values().stream()
        .anyMatch(leaving -> begun - leaving.sinceNanos() < patience);
    return soon ? Math.min(rare, Math.max(LEAVING_NANOS, LOOKS_COST * cost)) : rare;
  }

  private HaproxyVersion version() throws IOException {
    HaproxyVersion known = version;
    if (known == null) {
      known = socket.version();
      version = known;
    }
    return known;
  }

  /**
   * Does what is planned; returns the first refusal, or nothing. A step whose answer did not arrive may be
   * half done.
   */
  private String act(Plan plan, Set<String> unfinished) throws IOException {
    String refused = "";
    for (Step step : plan.steps()) {
      unfinished.add(step.server());
      String answer = socket.ask(step.command());
      unfinished.remove(step.server());
      boolean done = step.success().isEmpty() ? answer.isBlank() : answer.contains(step.success());
      if (done) {
        LOG.log(
            System.Logger.Level.INFO, "{0} server={1} did={2}", name, step.server(), step.what());
        forget(step);
      } else if (!stillBusy(answer) && refused.isEmpty()) {
        refused = refusal(step, answer);
      }
    }
    return refused;
  }

  /** A server that we have deleted ourselves does not hint at another process. */
  private void forget(Step step) {
    if (step.what().equals("delete")) {
      Set<String> rest = new HashSet<>(known);
      rest.remove(step.server());
      known = rest;
    }
  }

  /** Not an error: it is tried again until the calls have ended. */
  private static boolean stillBusy(String answer) {
    return answer.contains("still has connections") || answer.contains("cannot remove it");
  }

  private static String refusal(Step step, String answer) {
    if (answer.contains("dynamic load balancing")) {
      return "its 'balance' takes no new servers (expected: roundrobin, leastconn, random or a"
          + " consistent hash)";
    }
    String said = answer.lines().filter(line -> !line.isBlank()).findFirst().orElse("nothing");
    return step.what() + " " + step.server() + ": " + Expect.printable(said.strip());
  }

  private void well(HaproxyVersion running, Plan plan, int servers) {
    HaproxyStatus was = status;
    if (!was.error().isEmpty() && was.failures() > 0) {
      LOG.log(System.Logger.Level.INFO, "{0} version={1} well again", name, running);
    }
    if (!plan.held().equals(was.held())) {
      LOG.log(
          System.Logger.Level.INFO, "{0} held in maintenance by a person={1}", name, plan.held());
    }
    status = new HaproxyStatus(
        was.haproxy(),
        running.toString(),
        "",
        was.failures(),
        Instant.now(),
        plan.settled(),
        servers,
        plan.held());
  }

  private long failed(String error, long wait) {
    HaproxyStatus was = status;
    if (!error.equals(was.error())) {
      LOG.log(System.Logger.Level.WARNING, "{0} error={1}", name, error);
    }
    status = new HaproxyStatus(
        was.haproxy(),
        was.version(),
        error,
        was.failures() + 1,
        was.lastGood(),
        false,
        was.servers(),
        was.held());
    return wait;
  }
}
