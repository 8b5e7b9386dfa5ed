// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.target;

import static dev.sinew.autoscaler.Fleets.fleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  @Test
  void counts_those_that_serve() {
    Replicas replicas = fleet(5, 3, 2);
    assertThat(replicas.ready()).isEqualTo(3);
    assertThat(replicas.in(Replica.State.STARTING))
        .extracting(Replica::id)
        .containsExactly("r3", "r4");
    assertThat(replicas.in(Replica.State.DRAINING)).isEmpty();
  }

  @Test
  void a_negative_number_is_refused() {
    assertThatThrownBy(() -> new Replicas(-1, List.of()))
        .hasMessage("replicas.desired: -1 (expected: 0 or more)");
  }
}
