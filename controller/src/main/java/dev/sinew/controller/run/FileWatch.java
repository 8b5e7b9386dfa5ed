// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.controller.config.FleetFile;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks at a fleet file now and then; compares what it means, not its dates, so that editors, links
 * and mounted configuration all work.
 *
 * <p>A change counts when two looks in a row found the same: half a file that is being saved may be
 * right in itself, and would drop services.
 */
final class FileWatch implements Runnable {
  private final Supplier<FleetFile> reader;
  private final Consumer<FleetFile> changed;
  private FleetFile told;
  private FleetFile seen;

  /**
   * Watches.
   *
   * @param reader reads the file
   * @param first what is known already
   * @param changed hears of each change
   */
  FileWatch(Supplier<FleetFile> reader, FleetFile first, Consumer<FleetFile> changed) {
    this.reader = reader;
    this.told = first;
    this.seen = first;
    this.changed = changed;
  }

  /** Looks once. */
  @Override
  public void run() {
    FleetFile now = reader.get();
    boolean settled = now.equals(seen);
    seen = now;
    if (settled && !now.equals(told)) {
      told = now;
      changed.accept(now);
    }
  }
}
