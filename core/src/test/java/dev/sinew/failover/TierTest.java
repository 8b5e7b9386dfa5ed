// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TierTest {
  @Test
  void utilization_is_the_lower_median_so_that_one_that_lies_changes_little() {
    assertThat(utilization(TestNode.of(0).reports(0.4), TestNode.of(1).reports(99)))
        .isEqualTo(0.4);
    assertThat(utilization(
            TestNode.of(0).reports(0.4),
            TestNode.of(1).reports(99),
            TestNode.of(2).reports(0.5)))
        .isEqualTo(0.5);
  }

  @Test
  void utilization_is_unknown_unless_half_of_the_nodes_reported_lately() {
    TestNode one = TestNode.of(0).reports(0.4);
    assertThat(utilization(one, TestNode.of(1))).isEqualTo(0.4);
    assertThat(utilization(one, TestNode.of(1), TestNode.of(2))).isNaN();
    assertThat(utilization()).isNaN();
    assertThat(Tier.utilization(List.of(one), 10_000_000_001L)).isNaN();
  }

  @Test
  void what_is_implausible_is_unknown_or_refused() {
    assertThat(new Tier(0, 1, 0, 0, -0.1).utilization()).isNaN();
    assertThat(new Tier(0, 1, 0, 0, Double.POSITIVE_INFINITY).utilization()).isNaN();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tier(0, -1, 0, 0, 0))
        .withMessage("tier.healthy: -1 (expected: at least 0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tier(128, 0, 0, 0, 0))
        .withMessage("tier.priority: 128 (expected: 0 to 127)");
  }

  private static double utilization(TestNode... nodes) {
    return Tier.utilization(List.of(nodes), 1);
  }
}
