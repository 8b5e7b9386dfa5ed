// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.Expect;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.Problem;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.fleet.FleetView;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.controller.fleet.SourceStatus;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the loops of a fleet file, and follows the file.
 *
 * <p>A changed file takes effect as a whole or not at all: one with an error is refused and shown, and
 * the last good one goes on. A service that is no longer in the file is let go of: its replicas go on
 * or stop as its {@code on-controller-loss} says.
 */
public final class FleetController implements FleetView, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FleetController.class.getName());

  private final LoopContext context;
  private final String registry;
  private final String version;
  private final String file;
  private final Instant startedAt = Instant.now();
  private final FleetConfig first;
  // Guarded by this for writers; readers see whole maps.
  private volatile Map<String, ServiceLoop> loops = Map.of();
  private volatile Loaded loaded;
  private final LongSupplier registryFailures;
  private final FailureCount registryFile = new FailureCount(Duration.ofSeconds(10));
  private boolean ended; // guarded by this

  /**
   * Prepares; {@link #start} begins.
   *
   * @param registry where replicas announce themselves, without a service
   * @param version of the program
   * @param file the fleet file as the user named it
   * @param config what it holds
   * @param digest of it
   * @param registryFailures how often the registry's own file could not be written, ever
   */
  FleetController(
      LoopContext context,
      String registry,
      String version,
      String file,
      FleetConfig config,
      String digest,
      LongSupplier registryFailures) {
    this.context = context;
    this.registry = registry;
    this.version = version;
    this.file = file;
    this.first = config;
    this.registryFailures = registryFailures;
    this.loaded = new Loaded(config, digest, startedAt, List.of());
  }

  /** Begins, unless it has ended already. */
  synchronized void start() {
    if (ended) {
      return;
    }
    follow(first, loaded.digest());
  }

  /** Takes a changed file over, or refuses it. */
  synchronized void changed(FleetFile next) {
    if (ended) {
      return;
    }
    FleetConfig config = next.config();
    List<String> problems = next.errors().stream().map(Problem::toString).toList();
    if (config != null && problems.isEmpty()) {
      problems = needsRestart(config);
    }
    if (config == null || !problems.isEmpty()) {
      String told = problems.get(0);
      loops.values().forEach(loop -> loop.note(Event.Kind.SETTINGS_REFUSED, "", told));
      loaded = loaded.refused(problems);
      LOG.log(Level.WARNING, "file=refused problems={0} first=\"{1}\"", problems.size(), told);
      tell(
          "",
          file + " is refused, the settings before it go on: " + told
              + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : ""));
      return;
    }
    follow(config, next.digest());
    loaded = new Loaded(config, next.digest(), Instant.now(), List.of());
    LOG.log(Level.INFO, "file=loaded services={0}", config.services().size());
    tell("", file + " is in force: " + config.services().size() + " services");
  }

  private List<String> needsRestart(FleetConfig config) {
    List<String> problems = new ArrayList<>();
    if (!config.controller().equals(first.controller())) {
      problems.add("controller: changed (expected: as at the start; restart the controller)");
    }
    if (!config.registry().equals(first.registry())) {
      problems.add(
          Expect.message("registry", config.registry(), first.registry() + ", or a restart"));
    }
    return problems;
  }

  private void follow(FleetConfig config, String digest) {
    Map<String, ServiceLoop> next = new LinkedHashMap<>();
    config.services().forEach((name, service) -> {
      LoopSettings settings = LoopSettings.of(service, config, digest, registry, context.dryRun());
      ServiceLoop running = loops.get(name);
      if (running == null) {
        next.put(name, ServiceLoop.start(context, settings));
      } else {
        running.settings(settings);
        next.put(name, running);
      }
    });
    Set<String> gone = new TreeSet<>(loops.keySet());
    gone.removeAll(next.keySet());
    Map<String, ServiceLoop> before = loops;
    loops = next;
    for (String name : gone) {
      ServiceLoop loop = before.get(name);
      int alive = loop == null ? 0 : loop.release();
      tell(
          name,
          "is no longer in " + file + ": nobody scales it now"
              + (alive > 0 ? "; its " + alive + " replicas go on" : ""));
    }
  }

  @Override
  public List<ServiceView> services() {
    Instant now = Instant.now();
    return List.copyOf(loops.values()).stream().map(loop -> loop.view(now)).toList();
  }

  @Override
  public ControllerView controller() {
    Loaded in = loaded;
    long lost = loops.values().stream().mapToLong(ServiceLoop::logFailures).sum();
    return new ControllerView(
        version,
        startedAt,
        file,
        in.at(),
        in.problems(),
        context.controls().all(),
        context.dryRun(),
        context.epoch(),
        lost,
        troubles());
  }

  @Override
  public List<SourceStatus> sources() {
    Instant now = Instant.now();
    return loops.values().stream().flatMap(loop -> loop.sources(now).stream()).toList();
  }

  @Override
  public Map<String, Long> logFailures() {
    Map<String, Long> failures = new TreeMap<>();
    loops.forEach((name, loop) -> failures.put(name, loop.logFailures()));
    return failures;
  }

  /** The names under which the services' replicas register. */
  Set<String> announced() {
    Set<String> names = new TreeSet<>();
    loops.values().forEach(loop -> names.add(loop.settings().service().announcedAs()));
    return names;
  }

  /** What no loop can say of itself. */
  private List<String> troubles() {
    Instant now = Instant.now();
    List<String> all = new ArrayList<>();
    loops.forEach((name, loop) -> {
      if (loop.standsStill(now)) {
        all.add(name + " has not been looked at for 10 s or more");
      }
    });
    long unkept = registryFailures.getAsLong();
    if (registryFile.lasts(unkept, System.nanoTime())) {
      all.add("the registry's file cannot be written (" + unkept
          + " failures): after a restart replicas are found as they register again");
    }
    return all;
  }

  @Override
  public @Nullable List<DecisionView> decisions(String service, int last) {
    Expect.that(last >= 1 && last <= Episodes.MOST, "last", last, "1 to " + Episodes.MOST);
    ServiceLoop loop = loops.get(service);
    return loop == null ? null : loop.decisions(last);
  }

  @Override
  public boolean pause(@Nullable String service, Hold hold) {
    expectActing();
    if (service != null && !loops.containsKey(service)) {
      return false;
    }
    context.controls().pause(service, hold);
    Event.Kind kind = service == null ? Event.Kind.PAUSED_ALL : Event.Kind.PAUSED;
    noted(service, kind, hold.by(), hold.why());
    return true;
  }

  @Override
  public boolean resume(@Nullable String service, String by, String why) {
    expectActing();
    if (service != null && !loops.containsKey(service)) {
      return false;
    }
    context.controls().resume(service);
    Event.Kind kind = service == null ? Event.Kind.RESUMED_ALL : Event.Kind.RESUMED;
    noted(service, kind, by, why);
    return true;
  }

  /** Who holds what is the controller's to keep, and the file of it is the controller's. */
  private void expectActing() {
    Expect.that(!context.dryRun(), "controller", "a dry run", "one that acts, to pause or resume");
  }

  private void noted(@Nullable String service, Event.Kind kind, String by, String why) {
    String what = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String text = what + " by " + Expect.printable(by) + ": " + Expect.printable(why);
    loops.forEach((name, loop) -> {
      if (service == null || name.equals(service)) {
        loop.note(kind, by, why);
      }
    });
    LOG.log(
        Level.INFO,
        () -> "control=\"" + text + "\" service=" + (service == null ? "all" : service));
    tell(service == null ? "" : service, text);
  }

  private void tell(String service, String text) {
    context.tell(new FleetEvent(Instant.now(), service, text));
  }

  /**
   * Ends all loops.
   *
   * @return how many replicas go on without their controller
   */
  public synchronized int release() {
    ended = true;
    List<ServiceLoop> ending = List.copyOf(loops.values());
    loops = Map.of();
    // All at once, as each may take seconds to see its replicas end.
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<Integer>> released = new ArrayList<>();
      ending.forEach(loop -> released.add(threads.submit(loop::release)));
      int alive = 0;
      for (Future<Integer> one : released) {
        alive += alive(one);
      }
      return alive;
    } finally {
      threads.shutdown();
    }
  }

  /** One service that does not end well must not keep the others from it. */
  private static int alive(Future<Integer> released) {
    try {
      return released.get();
    } catch (ExecutionException e) {
      LOG.log(Level.ERROR, "loop=not-released", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  @Override
  public void close() {
    int unused = release();
  }

  /** The settings in force, and why later ones are not. */
  private record Loaded(FleetConfig config, String digest, Instant at, List<String> problems) {
    Loaded refused(List<String> why) {
      return new Loaded(config, digest, at, why);
    }
  }
}
