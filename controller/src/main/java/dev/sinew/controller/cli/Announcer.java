// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.cli;

import java.io.PrintWriter;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Prints lines in a thread of its own: a terminal that was stopped, or a pipe that nobody reads, must
 * not hold up who has something to say. While 1000 lines wait, further ones are lost and counted.
 */
final class Announcer implements AutoCloseable {
  static final int MOST = 1000;
  private static final long LOOK_MILLIS = 100;
  private static final long FAREWELL_MILLIS = 1000;

  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST);
  private final AtomicLong lost = new AtomicLong();
  private final PrintWriter out;
  private final Thread thread;
  private volatile boolean closing;

  Announcer(PrintWriter out) {
    this.out = out;
    this.thread = new Thread(this::print, "sinew-announcer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Prints a line soon; never blocks. */
  void say(String line) {
    if (!waiting.offer(line)) {
      lost.incrementAndGet();
    }
  }

  /** Waits at most a second until all is printed. Safe to call again. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print() {
    try {
      while (!closing || !waiting.isEmpty()) {
        String line = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        long missing = line == null ? 0 : lost.getAndSet(0);
        if (line != null) {
          out.println(line);
        }
        if (missing > 0) {
          out.println("(" + missing + " lines could not be shown in time)");
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
