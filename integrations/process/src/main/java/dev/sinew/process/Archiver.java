// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.lang.System.Logger.Level;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Makes the {@link AppCds} archive of the latest spec, in a thread of its own. */
final class Archiver {
  private static final System.Logger LOG = System.getLogger(Archiver.class.getName());

  private final ChildLogs logs;
  private final BiConsumer<ProcessSpec, ProcessSpec> made;
  private volatile @Nullable Thread thread;

  /**
   * Prepares.
   *
   * @param made hears of a spec and of the same one with its archive, from any thread
   */
  Archiver(ChildLogs logs, BiConsumer<ProcessSpec, ProcessSpec> made) {
    this.logs = logs;
    this.made = made;
  }

  /** Begins with a spec that wants an archive, and gives up the one before. */
  void begin(ProcessSpec plain) {
    if (plain.archiveDirectory() == null) {
      return;
    }
    Thread next = new Thread(() -> make(plain), "sinew-appcds-" + plain.service());
    next.setDaemon(true);
    abandon();
    thread = next;
    next.start();
  }

  /** Gives up; returns the thread that ends soon, or null if there was none. */
  @Nullable Thread abandon() {
    Thread present = thread;
    if (present != null) {
      present.interrupt();
    }
    return present;
  }

  private void make(ProcessSpec plain) {
    try {
      made.accept(plain, AppCds.prepare(plain, logs));
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "appcds training abandoned service=" + plain.service());
    }
  }
}
