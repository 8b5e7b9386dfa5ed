// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Health;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServingHealthTest {
  private final HealthStatusManager manager = new HealthStatusManager();
  private final List<Health> heard = new ArrayList<>();

  @Test
  void each_status_of_the_server_is_heard_at_once() {
    manager.setStatus("", ServingStatus.NOT_SERVING);
    ServingHealth.follow(manager.getHealthService(), heard::add);
    manager.setStatus("", ServingStatus.SERVING);
    manager.setStatus("", ServingStatus.UNKNOWN);
    manager.setStatus("", ServingStatus.SERVING);
    manager.clearStatus("");
    assertThat(heard)
        .containsExactly(
            Health.CRITICAL, Health.PASSING, Health.CRITICAL, Health.PASSING, Health.CRITICAL);
  }

  @Test
  void the_status_of_one_service_is_not_that_of_the_server() {
    ServingHealth.follow(manager.getHealthService(), heard::add);
    manager.setStatus("shop.Orders", ServingStatus.NOT_SERVING);
    assertThat(heard).containsExactly(Health.PASSING);
  }

  @Test
  void the_end_of_a_server_is_heard_and_nothing_after_it() {
    ServingHealth.follow(manager.getHealthService(), heard::add);
    manager.enterTerminalState();
    manager.setStatus("", ServingStatus.SERVING);
    assertThat(heard).containsExactly(Health.PASSING, Health.CRITICAL);
  }
}
