// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.StaleDecisionException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessScaleTargetTest {
  @TempDir
  Path logs;

  @Test
  void a_decision_of_an_earlier_epoch_is_refused_and_one_of_the_same_is_not() throws IOException {
    try (ProcessScaleTarget target = target()) {
      target.apply(to(0, 5));
      target.apply(to(0, 5));
      assertThatThrownBy(() -> target.apply(to(3, 4)))
          .isInstanceOf(StaleDecisionException.class)
          .hasMessage("epoch: 4 (expected: at least 5)");
      assertThat(target.replicas().desired()).isZero();
      assertThat(target.status().children()).isEmpty();
      target.apply(to(0, 6));
    }
  }

  @Test
  void an_absurd_number_is_refused_and_changes_nothing() throws IOException {
    try (ProcessScaleTarget target = target()) {
      assertThatThrownBy(() -> target.apply(to(1001, 9)))
          .hasMessage("decision.to: 1001 (expected: at most 1000)");
      target.apply(to(0, 1));
    }
  }

  @Test
  void closed_it_refuses_and_may_be_closed_again() throws IOException {
    ProcessScaleTarget target = target();
    target.close();
    target.close();
    assertThatThrownBy(() -> target.apply(to(1, 1))).isInstanceOf(IllegalStateException.class);
    assertThat(target.replicas().all()).isEmpty();
  }

  @Test
  void nothing_is_known_of_a_foreign_id() throws IOException {
    try (ProcessScaleTarget target = target()) {
      assertThat(target.lastLines("../../etc/passwd")).isEmpty();
    }
  }

  private ProcessScaleTarget target() throws IOException {
    return ProcessScaleTarget.start(
        ProcessSpec.builder("orders", List.of("/nonexistent/serve"), logs).build());
  }

  private static ScaleDecision to(int replicas, long epoch) {
    return new ScaleDecision(Instant.EPOCH, 0, replicas, List.of(), epoch, List.of());
  }
}
