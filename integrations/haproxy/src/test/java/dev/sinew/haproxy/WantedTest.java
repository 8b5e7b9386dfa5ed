// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WantedTest {
  @Test
  void weights_that_fit_stay_as_they_are() {
    assertThat(Wanted.weight(100, 200)).isEqualTo(100);
    assertThat(Wanted.weight(1, 256)).isEqualTo(1);
    assertThat(Wanted.weight(256, 256)).isEqualTo(256);
  }

  @Test
  void larger_weights_keep_their_proportion_to_the_largest() {
    assertThat(Wanted.weight(10_000, 10_000)).isEqualTo(256);
    assertThat(Wanted.weight(5_000, 10_000)).isEqualTo(128);
    assertThat(Wanted.weight(100, 1_000)).isEqualTo(26);
  }

  @Test
  void nobody_is_weighed_down_to_nothing() {
    assertThat(Wanted.weight(1, 10_000)).isEqualTo(1);
  }
}
