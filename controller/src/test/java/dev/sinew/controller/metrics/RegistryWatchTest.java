// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class RegistryWatchTest {
  private final Set<String> services = new TreeSet<>(Set.of("orders"));
  private final Map<String, Consumer<List<Endpoint>>> told = new HashMap<>();
  private final RegistryWatch watch = new RegistryWatch(() -> services, this::open);

  @Test
  void it_shows_those_of_the_latest_list_that_have_metrics() {
    watch.run();
    say("orders", "a", "b");
    assertThat(watch.found()).extracting(Scrapable::id).containsExactly("a", "b");
    say("orders", "b");
    assertThat(watch.found()).extracting(Scrapable::id).containsExactly("b");
    say("orders");
    assertThat(watch.found()).isEmpty();
  }

  @Test
  void it_follows_the_services() {
    watch.run();
    say("orders", "a");
    services.add("billing");
    watch.run();
    say("billing", "c");
    assertThat(watch.found()).extracting(Scrapable::service).containsOnly("orders", "billing");
    services.remove("orders");
    Consumer<List<Endpoint>> late = told.get("orders");
    watch.run();
    assertThat(told).containsOnlyKeys("billing");
    assertThat(late).isNotNull();
    late.accept(List.of(endpoint("a")));
    assertThat(watch.found()).extracting(Scrapable::service).containsOnly("billing");
  }

  @Test
  void a_service_that_cannot_be_watched_is_tried_again_and_keeps_no_other_from_it() {
    services.add("broken");
    watch.run();
    assertThat(told).containsOnlyKeys("orders");
    services.remove("broken");
    services.add("mended");
    watch.run();
    assertThat(told).containsOnlyKeys("orders", "mended");
  }

  @Test
  void closed_it_watches_nobody() {
    watch.run();
    say("orders", "a");
    watch.close();
    watch.run();
    assertThat(told).isEmpty();
    assertThat(watch.found()).isEmpty();
  }

  private void say(String service, String... ids) {
    Consumer<List<Endpoint>> listener = told.get(service);
    assertThat(listener).isNotNull();
    listener.accept(List.of(ids).stream().map(RegistryWatchTest::endpoint).toList());
  }

  private static Endpoint endpoint(String id) {
    return Endpoint.of("h", 80).withId(id).withAttributes(Map.of("metrics-port", "9301"));
  }

  private EndpointSource open(String service) {
    if (service.equals("broken")) {
      throw new IllegalArgumentException("no such scheme");
    }
    return new EndpointSource() {
      @Override
      public void start(Consumer<List<Endpoint>> listener) {
        told.put(service, listener);
      }

      @Override
      public void close() {
        told.remove(service);
      }
    };
  }
}
