// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.balance.Balancer;
import dev.sinew.balance.Call;
import dev.sinew.balance.Picker;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TieredPickerTest {
  private static final TestNode PRIMARY = TestNode.of(0);
  private static final TestNode BACKUP = TestNode.of(1);
  private static final int PICKS = 10_000;

  private final Random random = new Random(42);

  static List<String> policies() {
    return Balancer.names();
  }

  @ParameterizedTest
  @MethodSource("policies")
  void each_tier_gets_its_share_whatever_the_policy(String policy) {
    TieredPicker<TestNode> picker = new TieredPicker<>(
        List.of(
            Balancer.named(policy).picker(List.of(PRIMARY), 0),
            Balancer.named(policy).picker(List.of(BACKUP), 0)),
        List.of(0.7, 0.3));
    int primary = 0;
    for (int i = 0; i < PICKS; i++) {
      primary += PRIMARY.equals(picker.pick(Call.ANY, 0, random)) ? 1 : 0;
    }
    assertThat(primary / (double) PICKS).isCloseTo(0.7, within(0.02));
  }

  @Test
  void a_tier_without_a_share_takes_what_no_other_can() {
    TieredPicker<TestNode> picker = picker(1.0, 0.0);
    for (int i = 0; i < 100; i++) {
      assertThat(picker.pick(Call.ANY, 0, random)).isSameAs(PRIMARY);
      assertThat(picker.pick(PRIMARY::equals, 0, random)).isSameAs(BACKUP);
      assertThat(picker.pick(node -> true, 0, random)).isNull();
    }
  }

  @Test
  void shares_that_do_not_quite_add_up_leave_the_rest_to_the_last_tier() {
    TieredPicker<TestNode> picker = picker(0.0, 0.999);
    for (int i = 0; i < PICKS; i++) {
      assertThat(picker.pick(Call.ANY, 0, random)).isSameAs(BACKUP);
    }
  }

  @Test
  void there_is_a_share_for_each_tier() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TieredPicker<TestNode>(List.of(), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TieredPicker<>(List.of(only(PRIMARY)), List.of(0.5, 0.5)))
        .withMessage("tiers: 1 (expected: one per share)");
  }

  private static TieredPicker<TestNode> picker(double primary, double backup) {
    return new TieredPicker<>(List.of(only(PRIMARY), only(BACKUP)), List.of(primary, backup));
  }

  private static Picker<TestNode> only(TestNode node) {
    return (call, now, random) -> call.excludes(node) ? null : node;
  }
}
