// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.endpoint.EndpointSink;
import dev.sinew.endpoint.EndpointSinkProvider;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AnnouncementTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final List<EndpointSinkProvider> PROVIDERS =
      List.of(new Scheme("consul"), new Scheme("other"));

  @Test
  void a_bare_name_goes_to_the_registry_of_the_environment() {
    assertThat(target("orders", Map.of())).isEqualTo("consul:///orders");
    assertThat(target("orders", Map.of("SINEW_REGISTRY", ""))).isEqualTo("consul:///orders");
    assertThat(target("orders", Map.of("SINEW_REGISTRY", "consul://127.0.0.1:85")))
        .isEqualTo("consul://127.0.0.1:85/orders");
    assertThat(target("orders", Map.of("SINEW_REGISTRY", "other://r:1/?dc=x")))
        .isEqualTo("other://r:1/orders?dc=x");
  }

  @Test
  void a_whole_target_stays_as_it_is() {
    assertThat(target("consul://h:1/a", Map.of("SINEW_REGISTRY", "other:///")))
        .isEqualTo("consul://h:1/a");
  }

  @Test
  void no_registry_means_no_announcement() {
    Map<String, String> none = Map.of("SINEW_REGISTRY", "none");
    assertThat(Announcement.of("orders", null, Placement.OPEN, none, PROVIDERS)).isNull();
    assertThat(Announcement.of("consul://h:1/a", null, Placement.OPEN, none, PROVIDERS))
        .isNull();
  }

  @Test
  void what_cannot_be_registered_is_refused_with_a_reason() {
    assertThatThrownBy(() -> announcement("zk:///orders", null, Map.of()))
        .hasMessageStartingWith("register: zk:///orders (expected: a scheme")
        .hasMessageContaining("[consul, other]");
    assertThatThrownBy(() -> announcement("two words", null, Map.of()))
        .hasMessageStartingWith("register: two words (expected: ");
    assertThatThrownBy(() -> announcement("a/b", null, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> announcement("orders", null, Map.of("SINEW_REGISTRY", "localhost")))
        .hasMessageStartingWith("SINEW_REGISTRY: localhost (expected: ");
  }

  @Test
  void the_advertised_host_is_loopback_beside_a_loopback_registry() {
    for (String registry : List.of(
        "consul:///", "consul://127.0.0.1:8500", "consul://localhost:8500", "consul://[::1]:85")) {
      assertThat(
              announcement("orders", null, Map.of("SINEW_REGISTRY", registry)).host())
          .as(registry)
          .isEqualTo("127.0.0.1");
    }
    assertThat(announcement("orders", "10.1.2.3", Map.of()).host()).isEqualTo("10.1.2.3");
  }

  @Test
  void of_several_registries_the_first_says_in_which_direction_they_are() {
    for (String first : List.of("10.0.0.1:85", "10.0.0.1", "[fd00::1]:85")) {
      assertThat(Announcement.firstRegistry("consul://" + first + ",b:86,c/orders?tag=a,b"))
          .isEqualTo(URI.create("consul://" + first + "/orders?tag=a,b"));
    }
    for (String one : List.of("consul:///orders", "consul://a:85/x,y", "consul://a?tag=a,b")) {
      assertThat(Announcement.firstRegistry(one)).isEqualTo(URI.create(one));
    }
  }

  @Test
  void the_endpoint_has_the_id_that_the_controller_gave() {
    Endpoint endpoint =
        announcement("orders", null, Map.of("SINEW_REPLICA_ID", "orders-7")).endpoint(4711, NOW);
    assertThat(endpoint.id()).isEqualTo("orders-7");
    assertThat(endpoint.host()).isEqualTo("127.0.0.1");
    assertThat(endpoint.port()).isEqualTo(4711);
    assertThat(endpoint.startedAt()).isEqualTo(NOW);
  }

  @Test
  void the_endpoint_is_in_the_place_that_the_environment_names() {
    Map<String, String> environment =
        Map.of("SINEW_PRIORITY", "1", "SINEW_ZONE", "eu-1a", "SINEW_VERSION", "2.3");
    Endpoint endpoint = announcement("orders", null, environment).endpoint(4711, NOW);
    assertThat(endpoint.priority()).isEqualTo(1);
    assertThat(endpoint.zone()).isEqualTo("eu-1a");
    assertThat(endpoint.attributes()).isEqualTo(Map.of("version", "2.3"));
  }

  @Test
  void what_an_observer_says_goes_along_and_the_places_own_words_come_first() {
    Announcement told = announcement("orders", null, Map.of("SINEW_VERSION", "2.3"))
        .with(Map.of("metrics-port", "9464", "version", "9"));
    assertThat(told.endpoint(4711, NOW).attributes())
        .isEqualTo(Map.of("metrics-port", "9464", "version", "2.3"));
  }

  @Test
  void without_a_given_id_each_endpoint_has_its_own() {
    Announcement announcement = announcement("orders", null, Map.of());
    String id = announcement.endpoint(4711, NOW).id();
    assertThat(id).contains("-" + ProcessHandle.current().pid() + "-4711-");
  }

  private static String target(String service, Map<String, String> environment) {
    return announcement(service, "10.0.0.1", environment).target();
  }

  private static Announcement announcement(
      String service, @Nullable String host, Map<String, String> environment) {
    Announcement announcement =
        Announcement.of(service, host, Placement.OPEN, environment, PROVIDERS);
    if (announcement == null) {
      throw new AssertionError("no announcement for " + service);
    }
    return announcement;
  }

  private record Scheme(String scheme) implements EndpointSinkProvider {
    @Override
    public EndpointSink open(String target) {
      throw new AssertionError("opened " + target);
    }
  }
}
