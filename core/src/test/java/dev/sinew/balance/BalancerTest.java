// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BalancerTest {
  @Test
  void every_policy_has_the_name_it_is_found_by() {
    assertThat(Balancer.names())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(Balancer.named(name).name()).isEqualTo(name));
  }

  @Test
  void an_unknown_name_is_refused_with_the_known_ones() {
    assertThatThrownBy(() -> Balancer.named("fastest"))
        .hasMessageStartingWith("policy: fastest (expected: one of [least_response_time, ");
  }

  @Test
  void only_the_policy_that_reads_reports_needs_a_refresh() {
    assertThat(Balancer.weightedRoundRobin().refreshNanos()).isEqualTo(1_000_000_000L);
    assertThat(Balancer.roundRobin().refreshNanos()).isZero();
  }
}
