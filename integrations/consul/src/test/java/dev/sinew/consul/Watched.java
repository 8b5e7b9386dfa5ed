// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.consul.http.ConsulTarget;
import dev.sinew.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A source that is started, and the lists it has delivered. */
final class Watched implements AutoCloseable {
  final ConsulEndpointSource source;
  final LinkedBlockingQueue<List<Endpoint>> lists = new LinkedBlockingQueue<>();

  Watched(String target) {
    source = new ConsulEndpointSource(ConsulTarget.parse(target, name -> null));
    source.start(lists::add);
  }

  /** Waits for a list and returns it. */
  List<Endpoint> await(Predicate<List<Endpoint>> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    List<List<Endpoint>> seen = new ArrayList<>();
    while (System.nanoTime() < deadline) {
      List<Endpoint> list = lists.poll(50, TimeUnit.MILLISECONDS);
      if (list != null && wanted.test(list)) {
        return list;
      }
      if (list != null) {
        seen.add(list);
      }
    }
    throw new AssertionError("no such list; seen " + seen + "; " + source.stats());
  }

  /** Waits for a list of so many endpoints. */
  List<Endpoint> awaitSize(int size) throws InterruptedException {
    return await(list -> list.size() == size);
  }

  /** Waits until what is wrong contains a text. */
  void awaitTrouble(String text) throws InterruptedException {
    until(() -> source.stats().trouble().contains(text), source);
  }

  static void until(BooleanSupplier condition, Object what) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(condition.getAsBoolean())
        .as(what instanceof ConsulEndpointSource s ? s.stats().toString() : what.toString())
        .isTrue();
  }

  @Override
  public void close() {
    source.close();
  }
}
