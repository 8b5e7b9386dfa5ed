// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.registry.RegistryApi.Answer;
import dev.sinew.controller.registry.RegistryApi.Query;
import dev.sinew.controller.registry.RegistryApi.Query.Read;
import dev.sinew.controller.registry.RegistryApi.Query.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchesTest {
  private static final long LONG = TimeUnit.MINUTES.toNanos(5);

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicLong index = new AtomicLong(1);
  private volatile boolean full;
  private final Watches watches = new Watches(
      2, key -> index.get(), read -> Answer.read(index.get(), new byte[0]), timer, this::accept);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void a_change_answers_those_who_wait_for_it() throws Exception {
    Client client = new Client();
    watches.add(query("orders"), LONG, client);
    change("payments");
    change("orders");
    runAll();
    assertThat(client.told).containsExactly("answer 3");
    assertThat(watches.size()).isZero();
  }

  @Test
  void when_full_the_oldest_is_answered_with_what_is() throws Exception {
    Client first = new Client();
    Client second = new Client();
    Client third = new Client();
    assertThat(watches.add(query("orders"), LONG, first)).isTrue();
    assertThat(watches.add(query("payments"), LONG, second)).isTrue();
    assertThat(watches.add(query("orders"), LONG, third)).isTrue();
    assertThat(watches.size()).isEqualTo(2);
    runAll();
    assertThat(first.told).containsExactly("answer 1");
    change("orders");
    runAll();
    assertThat(first.told).hasSize(1);
    assertThat(second.told).isEmpty();
    assertThat(third.told).containsExactly("answer 2");
  }

  @Test
  void when_full_and_the_workers_are_too_the_new_one_is_refused() {
    Client first = new Client();
    watches.add(query("orders"), LONG, first);
    watches.add(query("orders"), LONG, new Client());
    full = true;
    assertThat(watches.add(query("orders"), LONG, new Client())).isFalse();
    assertThat(watches.size()).isEqualTo(2);
    assertThat(first.told).isEmpty();
  }

  @Test
  void a_change_while_the_workers_are_full_is_told_later() throws Exception {
    Client client = new Client();
    watches.add(query("orders"), LONG, client);
    full = true;
    change("orders");
    change("orders");
    full = false;
    runNext();
    runNext();
    assertThat(client.told).containsExactly("answer 3");
    watches.add(query("orders", 3), LONG, client);
    change("orders");
    runAll();
    assertThat(client.told).containsExactly("answer 3", "answer 4");
  }

  @Test
  void an_answer_that_the_workers_refuse_ends_the_connection() throws Exception {
    Client client = new Client();
    watches.add(query("orders"), LONG, client);
    change("orders");
    full = true;
    runNext();
    assertThat(client.told).containsExactly("drop");
    assertThat(watches.size()).isZero();
  }

  @Test
  void a_wait_that_ends_while_the_workers_are_full_ends_the_connection() throws Exception {
    Client client = new Client();
    full = true;
    watches.add(query("orders"), 1, client);
    assertThat(client.told.poll(5, TimeUnit.SECONDS)).isEqualTo("drop");
    assertThat(watches.size()).isZero();
  }

  private void accept(Runnable task) {
    if (full) {
      throw new RejectedExecutionException();
    }
    tasks.add(task);
  }

  private void change(String key) {
    index.incrementAndGet();
    watches.changed(key);
  }

  private void runNext() throws InterruptedException {
    Runnable task = tasks.poll(5, TimeUnit.SECONDS);
    assertThat(task).as("a task for the workers").isNotNull();
    task.run();
  }

  private void runAll() {
    List<Runnable> now = new ArrayList<>();
    while (tasks.drainTo(now) > 0) {
      now.forEach(Runnable::run);
      now.clear();
    }
  }

  private static Query query(String service) {
    return query(service, 1);
  }

  private static Query query(String service, long index) {
    Read read = new Read(View.HEALTH, service, false, Set.of());
    return new Query(read, index, Duration.ofMinutes(5));
  }

  private static final class Client implements Watches.Waiter {
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Override
    public void answer(Answer answer) {
      told.add("answer " + answer.index());
    }

    @Override
    public void drop() {
      told.add("drop");
    }
  }
}
