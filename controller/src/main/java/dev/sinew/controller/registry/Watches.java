// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import dev.sinew.controller.registry.RegistryApi.Answer;
import dev.sinew.controller.registry.RegistryApi.Query;
import dev.sinew.controller.registry.RegistryApi.Query.Read;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The queries that wait for a change; waiting costs them no thread. */
final class Watches {
  private final int most;
  private final ToLongFunction<String> indexOf;
  private final Function<Read, Answer> answerTo;
  private final ScheduledExecutorService timer;
  private final Executor workers;
  private final Map<String, Set<Watch>> byKey = new HashMap<>();
  private final Set<String> dirty = new HashSet<>();
  private int waiting;

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

  /** Answers when the query's key has changed or its wait is over; false if too many wait. */
  boolean add(Query query, long waitNanos, Consumer<Answer> to) {
    String key = query.read().key();
    Watch watch = new Watch(query, to);
    synchronized (this) {
      if (waiting >= most) {
        return false;
      }
      waiting++;
      byKey.computeIfAbsent(key, k -> new HashSet<>()).add(watch);
      watch.timeout =
          timer.schedule(() -> execute(() -> expire(watch)), waitNanos, TimeUnit.NANOSECONDS);
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
    execute(() -> wake(key));
  }

  /** The number of queries that wait. */
  synchronized int size() {
    return waiting;
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
        execute(() -> watch.to.accept(answer));
      }
    }
  }

  private void expire(Watch watch) {
    if (remove(watch)) {
      watch.to.accept(answerTo.apply(watch.query.read()));
    }
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
    waiting--;
    return true;
  }

  private void execute(Runnable task) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException e) {
      // The server is closing, and so are its connections.
    }
  }

  private static final class Watch {
    final Query query;
    final Consumer<Answer> to;

    @Nullable Future<?> timeout; // guarded by the watches

    Watch(Query query, Consumer<Answer> to) {
      this.query = query;
      this.to = to;
    }
  }
}
