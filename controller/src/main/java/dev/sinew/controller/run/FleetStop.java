// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.Expect;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.ServiceConfig;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.door.DoorSettings;
import dev.sinew.controller.door.Doors;
import dev.sinew.controller.door.ServiceDoor;
import dev.sinew.controller.state.ControllerLock;
import dev.sinew.process.Doorkeeper;
import dev.sinew.process.FleetStatus;
import dev.sinew.process.ProcessScaleTarget;
import dev.sinew.process.ProcessSpec;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ends replicas that were left running. */
public final class FleetStop {
  /** For a service of which the file says nothing any more. */
  private static final Duration GRACE = Duration.ofSeconds(12);

  private static final System.Logger LOG = System.getLogger(FleetStop.class.getName());

  private FleetStop() {}

  /**
   * Ends them and returns when they are gone.
   *
   * @param services only these; empty for all that left something in the state folder
   * @param told hears of each service
   * @return how many replicas there were
   * @throws IOException if a controller runs, or a service left nothing; the message is for people
   */
  public static int stop(FleetConfig config, List<String> services, Consumer<String> told)
      throws IOException {
    StateFolder state = new StateFolder(config.controller().state());
    TreeSet<String> known = new TreeSet<>(state.services());
    for (String service : services) {
      if (!known.contains(service)) {
        throw new IOException(Expect.message(
            "service", service, known.isEmpty() ? "none: nothing ran" : "one of " + known));
      }
    }
    if (!Files.isDirectory(state.path())) {
      return 0;
    }
    try (ControllerLock lock = ControllerLock.take(state.path())) {
      int count = 0;
      for (String service : services.isEmpty() ? known : new TreeSet<>(services)) {
        ServiceConfig settings = config.services().get(service);
        DoorSettings door = settings == null ? null : DoorSettings.of(settings, config);
        count += stop(service, state.process(service), door, told);
      }
      LOG.log(System.Logger.Level.INFO, "stopped={0} term={1}", count, lock.epoch());
      return count;
    }
  }

  private static int stop(
      String service, Path folder, @Nullable DoorSettings settings, Consumer<String> told)
      throws IOException {
    Duration grace = settings == null ? GRACE : settings.grace();
    ServiceDoor door = settings == null ? null : new Doors().open(settings);
    // Nothing is started by it: the replicas' own command does not matter.
    ProcessSpec spec = ProcessSpec.builder(service, List.of("false"), folder.resolve("logs"))
        .onControllerLoss(OnControllerLoss.KEEP)
        .drainGrace(grace)
        .stateDirectory(folder.resolve("state"))
        .build();
    ProcessScaleTarget target;
    try {
      target = ProcessScaleTarget.start(spec, door == null ? Doorkeeper.NONE : door);
    } catch (IllegalStateException e) {
      if (door != null) {
        door.close();
      }
      // Another program has them, not the controller of this state folder.
      throw new IOException(e.getMessage(), e);
    }
    List<FleetStatus.ChildStatus> children = target.status().children();
    int alive = (int) children.stream().filter(child -> child.pid() > 0).count();
    if (alive > 0) {
      // Calls may end behind the door, and then in the replica.
      long seconds = grace.toSeconds() * (door != null && door.exists() ? 2 : 1);
      told.accept(service + ": " + alive + " replicas end, within " + seconds + " s");
    }
    target.stopAll();
    if (door != null) {
      door.empty();
    }
    return alive;
  }
}
