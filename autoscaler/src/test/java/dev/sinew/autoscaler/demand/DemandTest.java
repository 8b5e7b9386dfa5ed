// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
  @Test
  void only_what_is_wholly_known_is_certain() {
    assertThat(demand(3, 3, List.of()).certain()).isTrue();
    assertThat(demand(3, 3, List.of("r1")).certain()).isFalse();
    assertThat(Demand.unknown("cpu", "cpu", 3, List.of()).certain()).isFalse();
  }

  @Test
  void says_something_if_it_changes_or_holds_the_number() {
    assertThat(demand(2.5, 3, List.of()).says(3)).isFalse();
    assertThat(demand(3.2, 3, List.of()).says(3)).isTrue();
    assertThat(demand(3.2, 4, List.of()).says(3)).isTrue();
    assertThat(Demand.unknown("cpu", "cpu", 3, List.of()).says(3)).isFalse();
  }

  @Test
  void an_unknown_need_is_refused() {
    assertThatThrownBy(() -> demand(Double.NaN, 3, List.of()))
        .hasMessage("demand.needed: NaN (expected: 0 or more)");
  }

  private static Demand demand(double needed, int replicas, List<String> missing) {
    return new Demand("cpu", "cpu", needed, replicas, true, missing, "because");
  }
}
