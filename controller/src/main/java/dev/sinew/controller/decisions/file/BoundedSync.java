// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions.file;

import java.nio.channels.FileChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the disk to keep what was written, and waits for it, but not for long: a control loop must not
 * stand still because a disk does. One request at a time; its thread ends after 5 s without one.
 */
public final class BoundedSync implements AutoCloseable {
  private static final long LONGEST_WAIT_MILLIS = 100;

  private final ThreadPoolExecutor thread;
  private @Nullable Future<?> latest;

  /** Starts nothing yet. */
  public BoundedSync() {
    this.thread =
        new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), work -> {
          Thread made = new Thread(work, "sinew-log-sync");
          made.setDaemon(true);
          return made;
        });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Whether the disk has confirmed in time. */
  public boolean force(FileChannel channel) {
    if (latest != null && !latest.isDone()) {
      return false;
    }
    Future<?> running = thread.submit(() -> {
      channel.force(false);
      return channel;
    });
    latest = running;
    try {
      running.get(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
