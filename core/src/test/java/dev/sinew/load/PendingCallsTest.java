// SPDX-License-Identifier: Apache-2.0
package dev.sinew.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PendingCallsTest {
  private final PendingCalls pending = new PendingCalls();

  @Test
  void counts_what_began_and_did_not_end() {
    pending.started(1);
    pending.started(2);
    pending.completed(3);
    assertThat(pending.count()).isEqualTo(1);
  }

  @Test
  void an_idle_replica_never_stalls() {
    assertThat(pending.stalledNanos(1_000)).isZero();
    pending.started(1);
    pending.completed(2);
    assertThat(pending.stalledNanos(1_000)).isZero();
  }

  @Test
  void a_hung_replica_stalls_since_its_first_call() {
    pending.started(100);
    pending.started(500);
    assertThat(pending.stalledNanos(1_000)).isEqualTo(900);
  }

  @Test
  void an_answer_is_progress() {
    pending.started(100);
    pending.started(200);
    pending.completed(700);
    assertThat(pending.stalledNanos(1_000)).isEqualTo(300);
  }

  @Test
  void time_that_goes_backwards_is_no_stall() {
    pending.started(1_000);
    assertThat(pending.stalledNanos(10)).isZero();
  }
}
