// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class CallRecorderTest {
  private final CallRecorder recorder = new CallRecorder(5, 0, 1);

  @Test
  void a_call_counts_in_the_second_in_which_it_was_due() {
    recorder.offered(0.5);
    recorder.offered(0.9);
    recorder.offered(1.2);
    recorder.ok(0.9, 3.9, "a");
    recorder.ok(0.5, 0.6, "b");
    recorder.failed(1.2, 6.2, "UNAVAILABLE");

    assertThat(recorder.seconds()).hasSize(2);
    SecondSummary first = recorder.seconds().get(0);
    assertThat(first.offered()).isEqualTo(2);
    assertThat(first.ok()).isEqualTo(2);
    assertThat(first.p99Millis()).isCloseTo(3000, within(30.0));
    SecondSummary second = recorder.seconds().get(1);
    assertThat(second.failed()).isEqualTo(1);
    assertThat(second.p50Millis()).isCloseTo(5000, within(50.0));
    assertThat(recorder.baselineP99Millis()).isCloseTo(3000, within(30.0));
    assertThat(recorder.errors()).containsEntry("UNAVAILABLE", 1L);
    assertThat(recorder.firstAnswers()).containsEntry("a", 3.9).containsEntry("b", 0.6);
  }

  @Test
  void seconds_that_are_over_keep_only_their_summary() {
    for (int second = 0; second < 100; second++) {
      recorder.offered(second);
      recorder.ok(second, second + 0.1, "a");
    }

    assertThat(recorder.seconds()).hasSize(100);
    assertThat(recorder.seconds().get(0).p50Millis()).isCloseTo(100, within(1.0));
    assertThat(recorder.seconds().get(99).ok()).isEqualTo(1);
  }

  @Test
  void recent_latencies_are_those_since_the_last_look() {
    recorder.ok(0, 0.1, "a");
    assertThat(recorder.recent().p50Millis()).isCloseTo(100, within(1.0));
    assertThat(recorder.recent().p50Millis()).isNaN();
    assertThat(recorder.recent().ok()).isEqualTo(1);
  }
}
