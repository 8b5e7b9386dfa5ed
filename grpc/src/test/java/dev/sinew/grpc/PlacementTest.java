// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinew.endpoint.Endpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final Endpoint ENDPOINT = Endpoint.of("h", 1);

  @Test
  void code_comes_before_the_environment() {
    Placement placement = Placement.OPEN
        .withPriority(0)
        .withZone("a")
        .withVersion("1")
        .filledFrom(Map.of("SINEW_PRIORITY", "x", "SINEW_ZONE", "b", "SINEW_VERSION", "2"));
    assertThat(placement).isEqualTo(new Placement(0, "a", "1"));
  }

  @Test
  void the_environment_fills_what_code_leaves_open() {
    assertThat(Placement.OPEN
            .withZone("a")
            .filledFrom(Map.of("SINEW_PRIORITY", "127", "SINEW_ZONE", "b", "SINEW_VERSION", "2")))
        .isEqualTo(new Placement(127, "a", "2"));
    assertThat(Placement.OPEN.filledFrom(Map.of("SINEW_PRIORITY", "", "SINEW_ZONE", "")))
        .isEqualTo(Placement.OPEN);
  }

  @Test
  void an_open_place_leaves_the_endpoint_as_it_is() {
    assertThat(Placement.OPEN.place(ENDPOINT)).isEqualTo(ENDPOINT);
  }

  @Test
  void what_cannot_be_is_refused_by_its_name() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Placement.OPEN.filledFrom(Map.of("SINEW_PRIORITY", "-1")))
        .withMessage("SINEW_PRIORITY: -1 (expected: 0 to 127)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Placement.OPEN.filledFrom(Map.of("SINEW_PRIORITY", "128")))
        .withMessage("SINEW_PRIORITY: 128 (expected: 0 to 127)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Placement.OPEN.withPriority(128))
        .withMessage("priority: 128 (expected: 0 to 127)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Placement.OPEN.withZone("two words"))
        .withMessageStartingWith("zone: two words (expected: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Placement.OPEN.filledFrom(Map.of("SINEW_VERSION", "a b")))
        .withMessageStartingWith("SINEW_VERSION: a b (expected: ");
  }
}
