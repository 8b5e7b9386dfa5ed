// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.target.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private final List<Reason> reasons = new ArrayList<>();

  @Test
  void raises_to_the_minimum() {
    assertThat(new Bounds(1, 20).apply(0, reasons)).isEqualTo(1);
    assertThat(reasons)
        .containsExactly(new Reason("bounds", 0, 1, "there are to be at least 1 replica"));
  }

  @Test
  void lowers_to_the_maximum() {
    assertThat(new Bounds(2, 20).apply(30, reasons)).isEqualTo(20);
    assertThat(reasons)
        .containsExactly(new Reason("bounds", 30, 20, "there are to be at most 20 replicas"));
  }

  @Test
  void says_nothing_within_bounds() {
    assertThat(new Bounds(2, 20).apply(2, reasons)).isEqualTo(2);
    assertThat(new Bounds(2, 20).apply(20, reasons)).isEqualTo(20);
    assertThat(reasons).isEmpty();
  }

  @Test
  void contradictory_bounds_are_refused() {
    assertThatThrownBy(() -> new Bounds(3, 2)).hasMessage("bounds.min: 3 (expected: 1 to max 2)");
    assertThatThrownBy(() -> new Bounds(0, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bounds(1, 10_001)).isInstanceOf(IllegalArgumentException.class);
  }
}
