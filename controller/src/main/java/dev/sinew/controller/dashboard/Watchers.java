// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Those who watch one stream. Each has one thread of its own that waits for messages and writes them, so
 * that a slow reader delays nobody and no thread of the server is kept. One that is eight messages behind is
 * cut off: its thread is interrupted, which closes the connection even in the middle of a write.
 */
final class Watchers implements AutoCloseable {
  static final int LONGEST_QUEUE = 8;

  private final AtomicInteger places;
  private final AtomicInteger names = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<Watcher> watching = ConcurrentHashMap.newKeySet();

  /** Nobody yet; places are shared with others. */
  Watchers(AtomicInteger places) {
    this.places = places;
  }

  /** Takes a place, if there is one; it is given back when the watcher ends. */
  boolean reserve() {
    if (!closed.get() && places.getAndDecrement() > 0) {
      return true;
    }
    places.incrementAndGet();
    return false;
  }

  /** Starts a watcher on a reserved place; the response's headers have been sent. */
  void start(HttpExchange exchange, byte[] first) {
    Watcher watcher = new Watcher(exchange);
    watching.add(watcher);
    watcher.offer(first);
    watcher.thread.start();
  }

  /** Gives back a place that was reserved and not used. */
  void release() {
    places.incrementAndGet();
  }

  /** Hands one message to all; it is shared, never copied. */
  void send(byte[] message) {
    watching.forEach(watcher -> watcher.offer(message));
  }

  int count() {
    return watching.size();
  }

  @Override
  public void close() {
    closed.set(true);
    watching.forEach(watcher -> watcher.thread.interrupt());
  }

  private final class Watcher {
    private final HttpExchange exchange;
    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final Thread thread;

    Watcher(HttpExchange exchange) {
      this.exchange = exchange;
      this.thread = new Thread(this::write, "sinew-live-" + names.incrementAndGet());
      thread.setDaemon(true);
    }

    void offer(byte[] message) {
      if (!queue.offer(message)) {
        thread.interrupt();
      }
    }

    private void write() {
      try {
        OutputStream out = exchange.getResponseBody();
        while (!closed.get()) {
          out.write(queue.take());
          out.flush();
        }
      } catch (IOException gone) {
        // The reader went away or was cut off; it may come again.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        watching.remove(this);
        release();
        Thread.currentThread().interrupt(); // so that closing cannot wait for the reader either
        exchange.close();
      }
    }
  }
}
