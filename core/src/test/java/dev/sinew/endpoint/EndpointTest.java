// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  private static final Endpoint ORDINARY = Endpoint.of("10.0.0.1", 8080);

  @Test
  void an_address_makes_an_ordinary_primary_endpoint() {
    assertThat(ORDINARY)
        .isEqualTo(new Endpoint("10.0.0.1:8080", "10.0.0.1", 8080, "", 100, 0, null, Map.of()));
  }

  @Test
  void copies_differ_in_their_fields_only() {
    Instant start = Instant.EPOCH;
    Endpoint copy = ORDINARY.withId("a").withStartedAt(start);
    assertThat(copy).isEqualTo(new Endpoint("a", "10.0.0.1", 8080, "", 100, 0, start, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_536})
  void ports_out_of_range_are_refused(int port) {
    assertThatThrownBy(() -> Endpoint.of("h", port))
        .hasMessage("endpoint.port: " + port + " (expected: 1 to 65535)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "a\nb", "a\u0000"})
  void impossible_hosts_are_refused(String host) {
    assertThatThrownBy(() -> new Endpoint("id", host, 1, "", 100, 0, null, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint.host: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a now=true", "a\u2028b", "a\u202eb", "a\u00a0b", "a\u0085", "\ud800"})
  void ids_that_could_forge_a_line_of_a_log_are_refused(String id) {
    assertThatThrownBy(() -> ORDINARY.withId(id)).hasMessageStartingWith("endpoint.id: ");
  }

  @Test
  void impossible_names_weights_and_tiers_are_refused() {
    assertThatThrownBy(() -> ORDINARY.withId("x".repeat(254)))
        .hasMessageStartingWith("endpoint.id: ");
    assertThatThrownBy(() -> new Endpoint("a", "h", 1, "", 0, 0, null, Map.of()))
        .hasMessageStartingWith("endpoint.weight: 0");
    assertThatThrownBy(() -> new Endpoint("a", "h", 1, "", 10_001, 0, null, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Endpoint("a", "h", 1, "z\t", 100, 0, null, Map.of()))
        .hasMessageStartingWith("endpoint.zone: ");
    assertThatThrownBy(() -> new Endpoint("a", "h", 1, "", 100, 128, null, Map.of()))
        .hasMessageStartingWith("endpoint.priority: 128");
  }

  @Test
  void attributes_are_copied_and_bounded() {
    Map<String, String> attributes = new HashMap<>(Map.of("version", "1"));
    Endpoint endpoint = new Endpoint("a", "h", 1, "", 100, 0, null, attributes);
    attributes.put("version", "2");
    assertThat(endpoint.attributes()).containsEntry("version", "1");
    for (int i = 0; i < 64; i++) {
      attributes.put("k" + i, "v");
    }
    assertThatThrownBy(() -> new Endpoint("a", "h", 1, "", 100, 0, null, attributes))
        .hasMessage("endpoint.attributes: 65 (expected: at most 64 entries)");
  }
}
