// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.api.FakeFleet;
import dev.sinew.controller.dashboard.ReplicaRow;
import dev.sinew.controller.fleet.ServiceView;
import dev.sinew.endpoint.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ScrapeTargetsTest {
  private final List<Scrapable> registered = new ArrayList<>();
  private final FakeFleet fleet = FakeFleet.of(0);

  @Test
  void nobody_is_an_empty_list() {
    assertThat(json(null)).isEqualTo("[]");
  }

  @Test
  void a_replica_is_one_group_with_what_is_known_of_it() {
    register("shop", "orders-1", "10.0.0.7", Map.of("metrics-port", "9301", "version", "7"));
    assertThat(json(null))
        .isEqualTo("[{\"targets\":[\"10.0.0.7:9301\"],\"labels\":{\"replica\":\"orders-1\","
            + "\"role\":\"primary\",\"service\":\"shop\",\"version\":\"7\"}}]");
  }

  @Test
  void the_service_is_named_as_in_the_fleet_file_and_only_ready_replicas_are_shown() {
    register("shop", "orders-1", "h", Map.of("metrics-port", "1"));
    register("shop", "orders-2", "h", Map.of("metrics-port", "2"));
    register("other", "else", "h", Map.of("metrics-port", "3"));
    fleet.put(service(row("orders-1", "ready"), row("orders-2", "draining")));
    assertThat(json(null))
        .contains("\"h:1\"", "\"service\":\"orders\"", "\"h:3\"", "\"service\":\"other\"")
        .doesNotContain("h:2");
  }

  @Test
  void zone_role_and_path_are_told_where_they_are_not_usual() {
    Endpoint endpoint = new Endpoint(
        "b",
        "fe80::1",
        80,
        "eu-1a",
        100,
        1,
        null,
        Map.of("metrics-port", "9301", "metrics-path", "/actuator/prometheus"));
    Scrapable backup = Scrapable.of("orders", endpoint);
    assertThat(backup).isNotNull();
    registered.add(backup);
    assertThat(json(null))
        .contains(
            "[\"[fe80::1]:9301\"]",
            "\"role\":\"backup\"",
            "\"zone\":\"eu-1a\"",
            "\"__metrics_path__\":\"/actuator/prometheus\"");
  }

  @Test
  void the_controller_is_told_under_the_name_by_which_it_was_asked() {
    assertThat(json("sinew.example:8400"))
        .isEqualTo("[{\"targets\":[\"sinew.example:8400\"],\"labels\":{\"role\":\"controller\"}}]");
  }

  @Test
  void who_does_not_say_legibly_where_its_metrics_are_is_left_out() {
    for (String port : List.of("", "0", "65536", "-1", "80@evil", "99999999999", "8 0")) {
      assertThat(scrapable("h", Map.of("metrics-port", port))).as(port).isNull();
    }
    for (String path :
        List.of("", "metrics", "/a?b=c", "/a#b", "//evil\n", "/" + "a".repeat(200))) {
      assertThat(scrapable("h", Map.of("metrics-port", "1", "metrics-path", path)))
          .as(path)
          .isNull();
    }
    for (String host : List.of("", "a/b", "u@h", "h\"}", "h ")) {
      assertThat(scrapable(host, Map.of("metrics-port", "1"))).as(host).isNull();
    }
    assertThat(scrapable("h", Map.of())).isNull();
    assertThat(scrapable("h", Map.of("metrics-port", "1"))).isNotNull();
  }

  private void register(String service, String id, String host, Map<String, String> meta) {
    Scrapable one = Scrapable.of(service, id, host, "", false, meta);
    assertThat(one).isNotNull();
    registered.add(one);
  }

  private static @Nullable Scrapable scrapable(String host, Map<String, String> meta) {
    return Scrapable.of("s", "id", host, "", false, meta);
  }

  private String json(@Nullable String own) {
    byte[] json = new ScrapeTargets(() -> registered, () -> Optional.of(fleet), true).json(own);
    return new String(json, StandardCharsets.UTF_8);
  }

  private static ServiceView service(ReplicaRow... rows) {
    return new ServiceView(
        "orders",
        "running",
        2,
        8,
        2,
        2,
        0,
        0,
        1,
        0,
        0,
        0,
        2,
        null,
        null,
        List.of(),
        List.of(),
        List.of(rows));
  }

  private static ReplicaRow row(String id, String state) {
    return new ReplicaRow(id, state, 1, 0, 0, 0, 0, "");
  }
}
