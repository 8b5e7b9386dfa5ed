// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import org.junit.jupiter.api.Test;

final class OutOfBandReportsTest {
  @Test
  void an_interval_is_a_second_at_least_and_an_hour_at_most() {
    assertThat(interval(0, 0)).isEqualTo(1_000_000_000L);
    assertThat(interval(0, 100_000_000)).isEqualTo(1_000_000_000L);
    assertThat(interval(-5, 0)).isEqualTo(1_000_000_000L);
    assertThat(interval(2, 500_000_000)).isEqualTo(2_500_000_000L);
    assertThat(interval(Long.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(3_600_000_000_000L);
    assertThat(interval(1, Integer.MIN_VALUE)).isEqualTo(1_000_000_000L);
  }

  private static long interval(long seconds, int nanos) {
    return OutOfBandReports.intervalNanos(
        Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build());
  }
}
