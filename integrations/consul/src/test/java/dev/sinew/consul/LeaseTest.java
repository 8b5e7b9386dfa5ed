// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseTest {
  // The clock may run over during a lease.
  private static final long SENT = Long.MAX_VALUE - 1_000;

  @Test
  void it_ends_before_consul_gives_the_lock_to_another() {
    Lease lease = Lease.proven(7, SENT);
    assertThat(lease.epoch(SENT)).isEqualTo(7);
    assertThat(lease.epoch(SENT + TimeUnit.MILLISECONDS.toNanos(899))).isEqualTo(7);
    assertThat(lease.epoch(SENT + TimeUnit.MILLISECONDS.toNanos(900))).isZero();
    assertThat(lease.epoch(SENT + TimeUnit.SECONDS.toNanos(Lease.LOCK_DELAY_SECONDS)))
        .isZero();
  }

  @Test
  void no_lease_has_no_epoch() {
    for (long now : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
      assertThat(Lease.NONE.epoch(now)).isZero();
    }
  }
}
