// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChannelStatsTest {
  @Test
  void the_tier_in_use_is_the_first_that_gets_calls() {
    assertThat(stats(Map.of()).tier()).isEqualTo(-1);
    assertThat(stats(Map.of(0, 1.0, 1, 0.0)).tier()).isZero();
    assertThat(stats(Map.of(0, 0.0, 1, 0.4, 2, 0.6)).tier()).isEqualTo(1);
  }

  @Test
  void spill_over_is_what_the_first_tier_does_not_get() {
    assertThat(stats(Map.of()).spillOver()).isZero();
    assertThat(stats(Map.of(3, 1.0)).spillOver()).isZero();
    assertThat(stats(Map.of(0, 0.7, 1, 0.3)).spillOver()).isCloseTo(0.3, within(1e-9));
  }

  private static ChannelStats stats(Map<Integer, Double> shares) {
    return new ChannelStats(2, 2, 0, null, false, 0, new TreeMap<>(shares));
  }
}
