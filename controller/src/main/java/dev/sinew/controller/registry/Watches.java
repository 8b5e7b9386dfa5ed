// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.controller.registry.RegistryApi.Answer;
import dev.sinew.controller.registry.RegistryApi.Query;
import dev.sinew.controller.registry.RegistryApi.Query.Read;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The queries that wait for a change; waiting costs them no thread.
 *
 * <p>Each is answered or dropped once, also when the workers are full.
 */
final class Watches {
  private static final long RETRY_MILLIS = 50;

  private final int most;
  private final ToLongFunction<String> indexOf;
  private final Function<Read, Answer> answerTo;
  private final ScheduledExecutorService timer;
  private final Executor workers;
  private final Map<String, Set<Watch>> byKey = new HashMap<>();
  private final Set<Watch> oldestFirst = new LinkedHashSet<>();
  private final Set<String> dirty = new HashSet<>();

  /**
   * Makes an empty set.
   *
   * @param most queries that may wait at the same time
   * @param indexOf the current index of a key
   * @param answerTo reads
   * @param timer ends waits
   * @param workers write the answers
   */
  Watches(
      int most,
      ToLongFunction<String> indexOf,
      Function<Read, Answer> answerTo,
      ScheduledExecutorService timer,
      Executor workers) {
    this.most = most;
    this.indexOf = indexOf;
    this.answerTo = answerTo;
    this.timer = timer;
    this.workers = workers;
  }

  /**
   * Answers when the query's key has changed or its wait is over.
   *
   * <p>When too many wait the one that waits longest is answered at once: its client may have gone
   * long ago, and if not it asks again.
   *
   * @return false if too many wait and the workers take no more answers
   */
  boolean add(Query query, long waitNanos, Waiter waiter) {
    String key = query.read().key();
    Watch watch = new Watch(query, waiter);
    synchronized (this) {
      if (oldestFirst.size() >= most && !answerOldest()) {
        return false;
      }
      oldestFirst.add(watch);
      byKey.computeIfAbsent(key, k -> new HashSet<>()).add(watch);
      watch.timeout = timer.schedule(() -> timeOut(watch), waitNanos, TimeUnit.NANOSECONDS);
    }
    // It waits before it looks, so no change falls between.
    if (indexOf.applyAsLong(key) > query.index()) {
      expire(watch);
    }
    return true;
  }

  /** Says that a key has changed; returns at once. Several changes in a row may wake only once. */
  void changed(String key) {
    synchronized (this) {
      if (!byKey.containsKey(key) || !dirty.add(key)) {
        return;
      }
    }
    wakeSoon(key);
  }

  /** Ends all connections that wait. */
  void drop() {
    List<Watch> all;
    synchronized (this) {
      all = List.copyOf(oldestFirst);
    }
    all.stream().filter(this::remove).forEach(watch -> watch.waiter.drop());
  }

  /** The number of queries that wait. */
  synchronized int size() {
    return oldestFirst.size();
  }

  // The key stays dirty until its turn comes: one retry for each key, however often it changes.
  private void wakeSoon(String key) {
    if (execute(() -> wake(key))) {
      return;
    }
    try {
      var unused = timer.schedule(() -> wakeSoon(key), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The server is closing, and so are its connections.
    }
  }

  private void wake(String key) {
    List<Watch> all;
    synchronized (this) {
      dirty.remove(key);
      all = List.copyOf(byKey.getOrDefault(key, Set.of()));
    }
    long index = indexOf.applyAsLong(key);
    Map<Read, Answer> answers = new HashMap<>();
    for (Watch watch : all) {
      if (index > watch.query.index() && remove(watch)) {
        Answer answer = answers.computeIfAbsent(watch.query.read(), answerTo);
        // A client that reads slowly must not hold up the others.
        if (!execute(() -> watch.waiter.answer(answer))) {
          watch.waiter.drop();
        }
      }
    }
  }

  private void timeOut(Watch watch) {
    if (!execute(() -> expire(watch)) && remove(watch)) {
      watch.waiter.drop();
    }
  }

  private void expire(Watch watch) {
    if (remove(watch)) {
      answer(watch);
    }
  }

  private void answer(Watch watch) {
    watch.waiter.answer(answerTo.apply(watch.query.read()));
  }

  // Called under the lock, so nobody else answers it meanwhile.
  private boolean answerOldest() {
    Iterator<Watch> all = oldestFirst.iterator();
    if (!all.hasNext()) {
      return false;
    }
    Watch oldest = all.next();
    return execute(() -> answer(oldest)) && remove(oldest);
  }

  private synchronized boolean remove(Watch watch) {
    String key = watch.query.read().key();
    Set<Watch> others = byKey.get(key);
    if (others == null || !others.remove(watch)) {
      return false;
    }
    if (others.isEmpty()) {
      byKey.remove(key);
    }
    if (watch.timeout != null) {
      watch.timeout.cancel(false);
    }
    oldestFirst.remove(watch);
    return true;
  }

  /** False if the workers are full, or gone because the server is closing. */
  private boolean execute(Runnable task) {
    try {
      workers.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Who asked: told once, by one of the two. */
  interface Waiter {
    /** Sends the answer; may take as long as the client takes to read it. */
    void answer(Answer answer);

    /** Ends the connection; returns at once. */
    void drop();
  }

  private static final class Watch {
    final Query query;
    final Waiter waiter;

    @Nullable Future<?> timeout; // guarded by the watches

    Watch(Query query, Waiter waiter) {
      this.query = query;
      this.waiter = waiter;
    }
  }
}
