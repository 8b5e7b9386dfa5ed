// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.door.Doors;
import dev.sinew.controller.state.Controls;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * What all loops of a controller share.
 *
 * @param state folder of what survives a restart
 * @param limits how much of each decision log is kept
 * @param archives where AppCDS archives are kept
 * @param controls who paused what
 * @param epoch the controller's term of office
 * @param dryRun whether nothing is acted upon
 * @param doors what stands in front of the services
 * @param timer for short work
 * @param listener hears what a person who watches wants to hear
 */
record LoopContext(
    StateFolder state,
    LogLimits limits,
    Path archives,
    Controls controls,
    long epoch,
    boolean dryRun,
    Doors doors,
    ScheduledExecutorService timer,
    Consumer<FleetEvent> listener) {

  void tell(FleetEvent event) {
    listener.accept(event);
  }
}
