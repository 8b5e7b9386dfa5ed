// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class FiguresTest {
  private static final Figures BUSY = new Figures(10, 1, 4, 0.5);

  @Test
  void rates_add_up_and_the_longer_wait_counts() {
    assertThat(BUSY.plus(new Figures(5, 0, 2, 0.25))).isEqualTo(new Figures(15, 1, 6, 0.5));
    assertThat(new Figures(5, 0, 2, 0.25).plus(BUSY)).isEqualTo(new Figures(15, 1, 6, 0.5));
  }

  @Test
  void where_no_call_was_nobody_waited() {
    assertThat(BUSY.plus(Figures.NONE)).isEqualTo(BUSY);
    assertThat(Figures.NONE.plus(BUSY)).isEqualTo(BUSY);
  }

  @Test
  void unknown_makes_the_sum_unknown() {
    assertThat(BUSY.plus(Figures.UNKNOWN)).isEqualTo(Figures.UNKNOWN);
    assertThat(Figures.UNKNOWN.plus(BUSY)).isEqualTo(Figures.UNKNOWN);
  }

  @Test
  void only_what_is_known_becomes_a_signal() {
    Figures some = new Figures(10, Double.NaN, Double.POSITIVE_INFINITY, -1);
    assertThat(some.signals("a", Instant.EPOCH))
        .containsExactly(new Signal(Metric.CALLS_PER_SECOND, "a", 10, Instant.EPOCH, "haproxy"));
  }
}
