// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.Memory;
import dev.sinew.endpoint.Endpoint;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ControllerProbeTest {
  @Test
  void endpoints_have_ids_of_their_own_and_share_the_ports() {
    assertThat(ControllerProbe.endpoints(3, 7001, 7002))
        .extracting(Endpoint::id)
        .containsExactly("orders-0", "orders-1", "orders-2");
    assertThat(ControllerProbe.endpoints(3, 7001, 7002))
        .extracting(Endpoint::port)
        .containsExactly(7001, 7002, 7001);
  }

  @Test
  void a_restless_memory_is_as_long_as_a_memory_can_be() {
    Memory memory = ControllerProbe.restless(Instant.parse("2026-01-02T03:04:05Z"), 10);
    assertThat(memory.proposals()).hasSize(7200);
  }
}
