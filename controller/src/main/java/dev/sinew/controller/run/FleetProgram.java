// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.Expect;
import dev.sinew.controller.api.ControllerServer;
import dev.sinew.controller.config.ControllerConfig;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.config.reference.Secret;
import dev.sinew.controller.door.Doors;
import dev.sinew.controller.metrics.RegistryWatch;
import dev.sinew.controller.state.AtomicFile;
import dev.sinew.controller.state.ControllerLock;
import dev.sinew.controller.state.Controls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A running controller: its lock, its HTTP server, its loops and the eye on its file. */
public final class FleetProgram implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FleetProgram.class.getName());
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final boolean dryRun;
  private final @Nullable ControllerLock lock;
  private final ScheduledExecutorService timer;
  private final ControllerServer server;
  private final FleetController fleet;
  private final StateFolder state;
  private final FleetConfig config;
  private final String registry;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile int goingOn;

  private FleetProgram(
      Path file,
      boolean dryRun,
      @Nullable ControllerLock lock,
      ScheduledExecutorService timer,
      ControllerServer server,
      FleetController fleet,
      StateFolder state,
      FleetConfig config,
      String registry) {
    this.file = file;
    this.dryRun = dryRun;
    this.lock = lock;
    this.timer = timer;
    this.server = server;
    this.fleet = fleet;
    this.state = state;
    this.config = config;
    this.registry = registry;
  }

  /**
   * Takes the state folder and listens; {@link #begin} does the rest.
   *
   * @param file the fleet file
   * @param read what it held; without an error
   * @param version of the program
   * @param archives where AppCDS archives are kept
   * @param listener hears what a person who watches wants to hear, from any thread
   * @throws IOException if the state folder is in use or cannot be used, or the address is taken; the
   *     message is meant for people
   */
  public static FleetProgram open(
      Path file,
      FleetFile read,
      boolean dryRun,
      String version,
      Path archives,
      Consumer<FleetEvent> listener)
      throws IOException {
    FleetConfig config = read.config();
    if (config == null) {
      throw new IllegalArgumentException("file: " + file + " (expected: without an error)");
    }
    StateFolder state = new StateFolder(config.controller().state());
    ControllerLock lock = dryRun ? null : ControllerLock.take(state.path());
    ScheduledExecutorService timer = timer();
    ControllerServer server = null;
    try {
      ControllerServer listening = listen(config, state, dryRun);
      server = listening;
      String registry = registry(config, listening, dryRun);
      LoopContext context = new LoopContext(
          state,
          config.controller().log(),
          archives,
          Controls.read(state.controls(), Instant.now()),
          lock == null ? 0 : lock.epoch(),
          dryRun,
          new Doors(state.doors()),
          timer,
          listener);
      FleetController fleet = new FleetController(
          context,
          registry,
          version,
          file.toString(),
          config,
          read.digest(),
          listening::snapshotFailures);
      return new FleetProgram(file, dryRun, lock, timer, server, fleet, state, config, registry);
    } catch (IOException | RuntimeException | Error e) {
      timer.shutdownNow();
      if (server != null) {
        server.close();
      }
      if (lock != null) {
        lock.close();
      }
      throw e;
    }
  }

  /** Starts the loops of the file that was read, and watches it; nothing if it has been closed. */
  public void begin(FleetFile read) {
    fleet.start();
    server.show(fleet);
    RegistryWatch scraped = config.embedded() || dryRun
        ? null
        : new RegistryWatch(
            fleet::announced, name -> ServiceParts.source(LoopSettings.within(registry, name)));
    FileWatch watch =
        new FileWatch(() -> FleetFile.read(file, System.getenv()), read, fleet::changed);
    try {
      every(watch);
      if (scraped != null) {
        server.scrape(scraped);
        every(scraped);
      }
      every(() -> server.record(Instant.now()));
    } catch (RejectedExecutionException e) {
      // It was told to end before it has begun.
      return;
    }
    if (!dryRun) {
      tellWhere();
    }
  }

  /** Once a second; a failure must not end it. */
  private void every(Runnable work) {
    Future<?> unused = timer.scheduleWithFixedDelay(
        () -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "controller=failed", e);
          }
        },
        0,
        1,
        TimeUnit.SECONDS);
  }

  /** What to print at the start. */
  public List<String> greeting() {
    String services =
        config.services().size() == 1 ? "1 service" : config.services().size() + " services";
    return List.of(
        (dryRun ? "Dry run of " : "Running ") + file + ": " + services + ", state in "
            + state.path(),
        "Page:     " + server.url() + "/",
        "Registry: " + registry);
  }

  /** What to print at the end. */
  public String farewell() {
    return goingOn == 0
        ? "Ended."
        : "Ended; " + goingOn + " replicas go on serving, and the next `sinew run " + file
            + "` takes them over (`sinew stop " + file + "` ends them).";
  }

  /** Ends. Replicas that shall outlive their controller go on. Safe to call again. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    timer.shutdown();
    goingOn = fleet.release();
    server.close();
    if (lock != null) {
      try {
        Files.deleteIfExists(state.controllerInfo());
      } catch (IOException e) {
        LOG.log(Level.WARNING, "controller=ended info=left", e);
      }
      lock.close();
    }
  }

  /** So that {@code sinew status} and the like find it. */
  private void tellWhere() {
    try {
      AtomicFile.write(
          state.controllerInfo(),
          JSON.writeValueAsString(Map.of(
              "url", server.url().toString(),
              "pid", ProcessHandle.current().pid(),
              "startedAt", Instant.now().toString())));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "controller=started info=not-written", e);
    }
  }

  private static ControllerServer listen(FleetConfig config, StateFolder state, boolean dryRun)
      throws IOException {
    ControllerConfig own = config.controller();
    Secret token = own.token();
    Path kept = state.path().resolve("port");
    int port = dryRun || own.port() != 0 ? own.port() : keptPort(kept);
    Path snapshot = config.embedded() && !dryRun ? state.path().resolve("registry.json") : null;
    String secret = token == null ? null : token.value();
    InetAddress host = InetAddress.getByName(own.host());
    ControllerServer server;
    try {
      server = ControllerServer.open(new ControllerServer.Settings(
          new InetSocketAddress(host, port), secret, own.hosts(), snapshot));
    } catch (BindException e) {
      if (!dryRun) {
        throw new IOException(
            Expect.message(
                "controller.listen",
                own.host() + ":" + port,
                "a free port" + chosen(own, port, kept) + "; " + e.getMessage()),
            e);
      }
      // The controller itself has it.
      server = ControllerServer.open(
          new ControllerServer.Settings(new InetSocketAddress(host, 0), secret, own.hosts(), null));
    }
    if (own.port() == 0 && !dryRun) {
      keepPort(kept, server.address().getPort());
    }
    return server;
  }

  private static String chosen(ControllerConfig own, int port, Path kept) {
    return own.port() == port
        ? ""
        : ", as the runs before had it; without " + kept + " a new one is taken";
  }

  /** Replicas that go on know the controller by its port: it must come back at the same one. */
  private static int keptPort(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    String text = Files.readString(file).strip();
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }

  private static void keepPort(Path file, int port) {
    try {
      AtomicFile.write(file, Integer.toString(port));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "controller=started port=not-kept", e);
    }
  }

  private static String registry(FleetConfig config, ControllerServer server, boolean dryRun)
      throws IOException {
    if (!config.embedded()) {
      return config.registry();
    }
    ControllerConfig own = config.controller();
    // A dry run looks at the registry of the controller beside it.
    InetSocketAddress address = dryRun
        ? new InetSocketAddress(
            InetAddress.getByName(own.host()),
            own.port() == 0
                ? Math.max(1, keptPort(new StateFolder(own.state()).path().resolve("port")))
                : own.port())
        : server.address();
    return LoopSettings.embedded(address, own.token());
  }

  private static ScheduledExecutorService timer() {
    return Executors.newScheduledThreadPool(2, task -> {
      Thread daemon = new Thread(task, "sinew-controller");
      daemon.setDaemon(true);
      return daemon;
    });
  }
}
