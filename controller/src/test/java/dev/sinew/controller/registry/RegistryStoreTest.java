// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.controller.registry.RegistryEntry.Status;
import dev.sinew.controller.registry.ServiceDefinition.CheckDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegistryStoreTest {
  private final List<String> changes = new ArrayList<>();
  private final RegistryStore store = new RegistryStore(100, changes::add);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  RegistryStoreTest() {
    store.tick(now, false);
  }

  @Test
  void an_index_starts_where_it_is_told_and_never_falls() {
    assertThat(store.index("orders")).isEqualTo(100);
    register("a", 3, Status.PASSING);
    assertThat(store.index("orders")).isEqualTo(101);
    store.deregister("a");
    assertThat(store.index("orders")).isEqualTo(102);
  }

  @Test
  void each_service_has_its_own_index() {
    register("a", 3, Status.PASSING);
    long before = store.index("orders");
    store.register(service("b", "payments", List.of()), true, now);
    assertThat(store.index("orders")).isEqualTo(before);
    assertThat(store.index("payments")).isEqualTo(before + 1);
  }

  @Test
  void the_same_registration_again_is_no_change() {
    register("a", 3, Status.PASSING);
    changes.clear();
    long before = store.index("orders");
    register("a", 3, Status.PASSING);
    assertThat(store.index("orders")).isEqualTo(before);
    assertThat(changes).isEmpty();
  }

  @Test
  void a_ttl_runs_out_to_the_millisecond() {
    register("a", 3, Status.PASSING);
    advance(Duration.ofMillis(2_999));
    assertThat(status("a")).isEqualTo(Status.PASSING);
    long before = store.index("orders");
    advance(Duration.ofMillis(1));
    assertThat(status("a")).isEqualTo(Status.CRITICAL);
    assertThat(store.index("orders")).isEqualTo(before + 1);
  }

  @Test
  void a_heart_beat_begins_a_new_ttl() {
    register("a", 3, Status.PASSING);
    advance(Duration.ofMillis(2_500));
    assertThat(store.update("a-ttl", Status.PASSING, "", now)).isTrue();
    advance(Duration.ofMillis(2_500));
    assertThat(status("a")).isEqualTo(Status.PASSING);
  }

  @Test
  void a_check_that_ran_out_passes_again_with_the_next_heart_beat() {
    register("a", 3, Status.PASSING);
    advance(Duration.ofSeconds(4));
    store.update("a-ttl", Status.PASSING, "", now);
    assertThat(status("a")).isEqualTo(Status.PASSING);
  }

  @Test
  void a_silence_of_the_registry_itself_is_no_silence_of_the_replicas() {
    register("a", 3, Status.PASSING);
    advance(Duration.ofMillis(500));
    now = now.plusSeconds(3_600);
    store.tick(now, false);
    assertThat(status("a")).isEqualTo(Status.PASSING);
    advance(Duration.ofMillis(2_500));
    assertThat(status("a")).isEqualTo(Status.CRITICAL);
  }

  @Test
  void time_in_which_requests_wait_unread_is_no_silence_of_the_replicas() {
    register("a", 3, Status.PASSING);
    advance(Duration.ofMillis(500));
    for (int i = 0; i < 100; i++) {
      now = now.plusMillis(100);
      store.tick(now, true);
    }
    advance(Duration.ofMillis(2_499));
    assertThat(status("a")).isEqualTo(Status.PASSING);
    advance(Duration.ofMillis(1));
    assertThat(status("a")).isEqualTo(Status.CRITICAL);
  }

  @Test
  void no_service_counts_as_abandoned_for_time_in_which_requests_wait_unread() {
    register("a", 3, Status.PASSING);
    advance(Duration.ofSeconds(3));
    now = now.plusSeconds(60);
    store.tick(now, true);
    assertThat(store.size()).isEqualTo(1);
    advance(Duration.ofMinutes(1));
    assertThat(store.size()).isZero();
  }

  @Test
  void the_last_output_stays_readable_when_a_ttl_runs_out() {
    register("a", 3, Status.PASSING);
    store.update("a-ttl", Status.PASSING, "busy", now);
    advance(Duration.ofSeconds(3));
    assertThat(entry("a").checks().get(0).output())
        .isEqualTo("TTL expired (last output before timeout follows): busy");
  }

  @Test
  void a_long_output_is_cut() {
    register("a", 3, Status.PASSING);
    store.update("a-ttl", Status.PASSING, "x".repeat(5_000), now);
    assertThat(entry("a").checks().get(0).output()).hasSize(4_096);
  }

  @Test
  void an_abandoned_service_goes_a_minute_after_it_turned_critical() {
    register("a", 3, Status.PASSING);
    advance(Duration.ofMillis(3_000 + 59_999));
    assertThat(store.size()).isEqualTo(1);
    advance(Duration.ofMillis(1));
    assertThat(store.size()).isZero();
    assertThat(store.update("a-ttl", Status.PASSING, "", now)).isFalse();
  }

  @Test
  void a_new_output_is_no_change_that_a_reader_waits_for() {
    register("a", 3, Status.PASSING);
    changes.clear();
    long before = store.index("orders");
    store.update("a-ttl", Status.PASSING, "words", now);
    assertThat(store.index("orders")).isEqualTo(before);
    assertThat(changes).isEmpty();
    assertThat(entry("a").checks().get(0).output()).isEqualTo("words");
  }

  @Test
  void a_status_survives_a_registration_with_other_words() {
    register("a", 3, Status.PASSING);
    store.update("a-ttl", Status.WARNING, "", now);
    register("a", 9, Status.PASSING);
    assertThat(status("a")).isEqualTo(Status.WARNING);
  }

  @Test
  void an_old_check_stays_unless_it_is_replaced() {
    register("a", 3, Status.PASSING);
    ServiceDefinition other = service("a", "orders", List.of(check("other", 3, Status.CRITICAL)));
    store.register(other, false, now);
    assertThat(entry("a").checks()).hasSize(2);
    store.register(other, true, now);
    assertThat(entry("a").checks()).hasSize(1);
    assertThat(store.update("a-ttl", Status.PASSING, "", now)).isFalse();
  }

  @Test
  void a_check_belongs_to_whoever_registered_it_last() {
    register("a", 3, Status.PASSING);
    store.register(service("b", "orders", List.of(check("a-ttl", 3, Status.PASSING))), true, now);
    assertThat(entry("a").checks()).isEmpty();
    assertThat(entry("b").checks()).hasSize(1);
    store.deregister("a");
    assertThat(store.update("a-ttl", Status.CRITICAL, "", now)).isTrue();
  }

  @Test
  void an_instance_that_changes_its_service_leaves_the_old_one() {
    register("a", 3, Status.PASSING);
    long before = store.index("orders");
    store.register(service("a", "payments", List.of()), true, now);
    assertThat(store.service("orders").value()).isEmpty();
    assertThat(store.index("orders")).isGreaterThan(before);
    assertThat(store.service("payments").value()).hasSize(1);
    assertThat(changes).contains("orders", "payments", RegistryStore.CATALOG);
  }

  @Test
  void an_unknown_id_is_told_and_changes_nothing() {
    assertThat(store.deregister("none")).isFalse();
    assertThat(store.update("none", Status.PASSING, "", now)).isFalse();
    assertThat(changes).isEmpty();
  }

  @Test
  void an_entry_without_checks_passes() {
    store.register(service("a", "orders", List.of()), true, now);
    assertThat(entry("a").passing()).isTrue();
  }

  @Test
  void the_catalog_unites_the_tags_of_all_instances() {
    store.register(service("b", "orders", List.of()), true, now);
    store.register(service("a", "orders", List.of()), true, now);
    assertThat(store.services().value()).isEqualTo(Map.of("orders", Set.of("t-a", "t-b")));
  }

  @Test
  void ten_thousand_instances_are_the_most() {
    for (int i = 0; i < RegistryStore.MOST_SERVICES; i++) {
      store.register(service("i" + i, "orders", List.of()), true, now);
    }
    assertThatThrownBy(() -> register("one-more", 3, Status.PASSING))
        .hasMessage("too many services (limit: 10000)");
    store.register(service("i0", "payments", List.of()), true, now);
    assertThat(store.size()).isEqualTo(RegistryStore.MOST_SERVICES);
  }

  private void register(String id, int ttlSeconds, Status status) {
    store.register(
        service(id, "orders", List.of(check(id + "-ttl", ttlSeconds, status))), true, now);
  }

  private static ServiceDefinition service(String id, String name, List<CheckDefinition> checks) {
    return new ServiceDefinition(
        id, name, List.of("t-" + id), Map.of(), "127.0.0.1", 80, 1, 1, checks);
  }

  private static CheckDefinition check(String id, int ttlSeconds, Status status) {
    return new CheckDefinition(
        id, "heart-beat", "", Duration.ofSeconds(ttlSeconds), status, Duration.ofMinutes(1));
  }

  private void advance(Duration time) {
    Instant until = now.plus(time);
    while (now.isBefore(until)) {
      Instant next = now.plusMillis(500);
      now = next.isBefore(until) ? next : until;
      store.tick(now, false);
    }
  }

  private RegistryEntry entry(String id) {
    return store.service("orders").value().stream()
        .filter(entry -> entry.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private Status status(String id) {
    return entry(id).checks().get(0).status();
  }
}
