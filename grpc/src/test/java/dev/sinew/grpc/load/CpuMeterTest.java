// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class CpuMeterTest {
  private static final long MS = 1_000_000L;
  private static final Offset<Double> TINY = within(1e-9);

  private final CpuMeter meter = new CpuMeter();

  @Test
  void one_sample_says_nothing() {
    assertThat(meter.share(5, 1, 0)).isNaN();
    assertThat(meter.share(6, 1, 10 * MS)).isNaN();
  }

  @Test
  void the_share_is_of_the_allowed_processors() {
    meter.share(0, 0.2, 0);
    assertThat(meter.share(100 * MS, 0.2, 1_000 * MS)).isEqualTo(0.5, TINY);
    assertThat(meter.share(300 * MS, 4, 2_000 * MS)).isEqualTo(0.05, TINY);
  }

  @Test
  void it_looks_back_one_second() {
    for (int i = 0; i <= 20; i++) {
      meter.share(i * 100L * MS, 1, i * 100L * MS);
    }
    double share = Double.NaN;
    for (int i = 21; i <= 30; i++) {
      share = meter.share(2_000 * MS, 1, i * 100L * MS);
      assertThat(share).isEqualTo((30 - i) / 10.0, within(1e-6));
    }
    assertThat(share).isZero();
  }

  @Test
  void a_pause_between_samples_is_averaged() {
    meter.share(0, 1, 0);
    meter.share(100 * MS, 1, 100 * MS);
    assertThat(meter.share(5_100 * MS, 1, 10_100 * MS)).isEqualTo(0.5, TINY);
  }

  @Test
  void nonsense_is_unknown_and_forgotten() {
    meter.share(1_000 * MS, 1, 0);
    assertThat(meter.share(-1, 1, 1_000 * MS)).isNaN();
    assertThat(meter.share(1_000 * MS, 1, 2_000 * MS)).isNaN();
    assertThat(meter.share(500 * MS, 1, 3_000 * MS)).as("counter went back").isNaN();
    assertThat(meter.share(600 * MS, 1, 2_500 * MS)).as("time went back").isNaN();
    assertThat(meter.share(700 * MS, 0, 3_500 * MS)).isNaN();
    assertThat(meter.share(700 * MS, Double.NaN, 3_500 * MS)).isNaN();
  }
}
