// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReplicaStreamTest {
  @Test
  void a_stream_that_brought_a_report_is_given_up_after_ten_silent_intervals() {
    assertThat(patience(2, 0, true)).hasSeconds(20);
    assertThat(patience(2, 7, true)).hasSeconds(20);
  }

  @Test
  void one_that_did_not_is_borne_longer_each_time_up_to_six_times() {
    assertThat(patience(1, 0, false)).hasSeconds(10);
    assertThat(patience(1, 1, false)).hasSeconds(20);
    assertThat(patience(1, 5, false)).hasSeconds(60);
    assertThat(patience(1, 1000, false)).hasSeconds(60);
  }

  private static Duration patience(int seconds, int failures, boolean heard) {
    return Duration.ofNanos(
        ReplicaStream.patienceNanos(Duration.ofSeconds(seconds), failures, heard));
  }
}
