// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import dev.sinew.Expect;
import dev.sinew.endpoint.Endpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last good list of one target on disk, for a client that starts while its registry is dead.
 *
 * <p>It is written half a second after a change, and every half hour while nothing changes, so that its
 * age tells how long ago somebody was connected. A list that is older than a day is not used. Whatever
 * is wrong with the file or the folder is logged in one line, and the channel goes on without it.
 */
public final class Snapshot {
  private static final Logger LOG = System.getLogger(Snapshot.class.getName());
  private static final Duration OLDEST = Duration.ofHours(24);
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
  private static final Duration REPEAT = Duration.ofMinutes(30);
  private static final long SETTLE_MILLIS = 500;
  private static final ScheduledThreadPoolExecutor WRITER = writer();

  private final SnapshotFile file;
  private final ScheduledExecutorService timer;
  private final Supplier<Instant> clock;

  // Guarded by this.
  private List<Endpoint> offered = List.of();
  private @Nullable Instant offeredAt;
  private boolean planned;
  private boolean failing;

  /**
   * The snapshot of a target.
   *
   * @param directory is made if it is not there
   * @param target without anything secret
   */
  public Snapshot(Path directory, String target) {
    this(SnapshotFile.of(directory, target), WRITER, Instant::now);
  }

  Snapshot(SnapshotFile file, ScheduledExecutorService timer, Supplier<Instant> clock) {
    this.file = file;
    this.timer = timer;
    this.clock = clock;
  }

  /** The list on disk; empty if there is none that can be used. */
  List<Endpoint> read() {
    try {
      SnapshotFile.Content content = file.read();
      if (content == null) {
        return List.of();
      }
      Duration age = Duration.between(content.savedAt(), clock.get());
      Expect.that(
          age.compareTo(OLDEST) <= 0 && age.negated().compareTo(CLOCK_SKEW) <= 0,
          "snapshot.age",
          age,
          "at most " + OLDEST);
      LOG.log(
          Level.INFO,
          "event=snapshot_read file=" + file + " known=" + content.endpoints().size() + " age_s="
              + age.toSeconds());
      return content.endpoints();
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      LOG.log(
          Level.WARNING, "event=snapshot_ignored file=" + file + " reason=\"" + reason(e) + '"');
      return List.of();
    }
  }

  /** A good list, to be written soon unless it was lately. */
  synchronized void offer(List<Endpoint> endpoints) {
    Instant now = clock.get();
    Instant last = offeredAt;
    boolean fresh = last != null && Duration.between(last, now).compareTo(REPEAT) < 0;
    if (endpoints.equals(offered) && fresh) {
      return;
    }
    offered = endpoints;
    offeredAt = now;
    if (!planned) {
      planned = true;
      Future<?> unused = timer.schedule(this::write, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void write() {
    List<Endpoint> endpoints;
    synchronized (this) {
      planned = false;
      endpoints = offered;
    }
    boolean failed = false;
    String why = "";
    try {
      file.write(new SnapshotFile.Content(clock.get(), endpoints));
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      failed = true;
      why = reason(e);
    }
    synchronized (this) {
      if (failed && !failing) {
        LOG.log(
            Level.WARNING, "event=snapshot_not_written file=" + file + " reason=\"" + why + '"');
      }
      failing = failed;
    }
  }

  private static String reason(Exception e) {
    return Expect.printable(e.getClass().getSimpleName() + ": " + e.getMessage());
  }

  /** One thread for all channels; it goes when nothing waits. */
  private static ScheduledThreadPoolExecutor writer() {
    ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "sinew-snapshot");
      thread.setDaemon(true);
      return thread;
    });
    writer.setKeepAliveTime(10, TimeUnit.SECONDS);
    writer.allowCoreThreadTimeOut(true);
    return writer;
  }
}
