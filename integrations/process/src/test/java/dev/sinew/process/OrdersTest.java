// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.StaleDecisionException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OrdersTest {
  private final Orders orders = new Orders();

  @Test
  void decisions_in_between_are_one_with_the_latest_number_and_all_victims() {
    orders.decide(decision(3, 1, "a", "b"));
    orders.decide(decision(2, 1, "c", "a"));
    Orders.Taken taken = orders.take();
    assertThat(taken.desired()).isEqualTo(2);
    assertThat(taken.victims()).containsExactly("c", "a", "b");
    assertThat(orders.take().victims()).isNull();
    assertThat(orders.desired()).isEqualTo(2);
  }

  @Test
  void an_earlier_epoch_changes_nothing_also_after_a_restart() {
    orders.resume(4, 7);
    assertThatThrownBy(() -> orders.decide(decision(0, 6)))
        .isInstanceOf(StaleDecisionException.class);
    assertThat(orders.desired()).isEqualTo(4);
    assertThat(orders.take()).isEqualTo(new Orders.Taken(4, 7, null, null));
  }

  @Test
  void the_latest_spec_is_taken_once() {
    ProcessSpec spec =
        ProcessSpec.builder("orders", List.of("serve"), Path.of("logs")).build();
    orders.update(spec.withCommand(List.of("other")));
    orders.update(spec);
    assertThat(orders.take().spec()).isEqualTo(spec);
    assertThat(orders.take().spec()).isNull();
  }

  private static ScaleDecision decision(int to, long epoch, String... victims) {
    return new ScaleDecision(Instant.EPOCH, 0, to, List.of(victims), epoch, List.of());
  }
}
