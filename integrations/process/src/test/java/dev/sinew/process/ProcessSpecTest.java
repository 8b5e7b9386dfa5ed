// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.process.ProcessSpec.OnControllerLoss;
import dev.sinew.process.health.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ProcessSpecTest {
  @Test
  void a_spec_of_three_words_has_all_the_defaults() {
    ProcessSpec spec = minimal().build();
    assertThat(spec.portVariable()).isEqualTo("PORT");
    assertThat(spec.idPrefix()).isEqualTo("orders");
    assertThat(spec.registry()).isEqualTo("none");
    assertThat(spec.healthCheck()).isEqualTo(HealthCheck.grpc());
    assertThat(spec.startTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(spec.drainGrace()).isEqualTo(Duration.ofSeconds(12));
    assertThat(spec.onControllerLoss()).isEqualTo(OnControllerLoss.STOP);
    assertThat(spec.archiveDirectory()).isNull();
    assertThat(spec.stateDirectory()).isNull();
    assertThat(spec.workingDirectory()).isNull();
    assertThat(spec.largestLogBytes()).isEqualTo(16 * 1024 * 1024);
  }

  @Test
  void a_bad_setting_is_named_with_its_value_and_what_was_expected() {
    refuses(b -> b.portVariable("A=B"), "process.port-variable: A=B (expected: a variable name)");
    refuses(b -> b.idPrefix("../x"), "process.id-prefix: ../x (expected: 1 to 100 letters");
    refuses(b -> b.registry(""), "process.registry:  (expected: a target or none)");
    refuses(b -> b.startTimeout(Duration.ZERO), "process.start-timeout: PT0S (expected: PT0.1S");
    refuses(b -> b.drainGrace(Duration.ofHours(2)), "process.drain-grace: PT2H (expected: PT0S");
    refuses(
        b -> b.environment(Map.of("a.b", "")), "process.environment: a.b (expected: a variable");
    refuses(
        b -> b.largestLogBytes(65_535),
        "process.largest-log: 65535 (expected: 65536 to 1073741824 bytes)");
  }

  @Test
  void replicas_to_keep_need_a_place_where_they_are_remembered() {
    refuses(
        b -> b.onControllerLoss(OnControllerLoss.KEEP),
        "process.state-directory: none (expected: one, to keep replicas when the controller is lost)");
    ProcessSpec spec = minimal()
        .onControllerLoss(OnControllerLoss.KEEP)
        .stateDirectory(Path.of("state"))
        .build();
    assertThat(spec.stateDirectory()).isEqualTo(Path.of("state"));
    assertThat(spec.training().onControllerLoss()).isEqualTo(OnControllerLoss.STOP);
  }

  @Test
  void variables_that_the_target_sets_cannot_be_set_by_hand() {
    for (String name : List.of("PORT", "SINEW_REGISTRY", "SINEW_REPLICA_ID")) {
      refuses(
          b -> b.environment(Map.of(name, "1")),
          "process.environment: " + name + " (expected: a name that is not reserved)");
    }
  }

  @Test
  void a_value_of_the_environment_is_never_repeated_in_an_error() {
    assertThatThrownBy(() -> minimal().environment(Map.of("TOKEN", "secret\0")).build())
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_command_is_a_program_with_words_that_the_system_can_carry() {
    for (List<String> command :
        List.of(List.<String>of(), List.of(""), List.of("-x"), List.of("java", "a\0b"))) {
      assertThatThrownBy(
              () -> ProcessSpec.builder("orders", command, Path.of("logs")).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("process.command: ");
    }
  }

  @Test
  void the_child_finds_its_port_its_id_and_its_registry_beside_what_it_inherits() {
    ProcessSpec spec = minimal()
        .environment(Map.of("REGION", "eu"))
        .portVariable("HTTP_PORT")
        .registry("consul://127.0.0.1:8500/orders")
        .build();
    Map<String, String> environment =
        ProcessLauncher.builder(spec, "orders-1", 20_001, "").environment();
    assertThat(environment)
        .containsEntry("REGION", "eu")
        .containsEntry("HTTP_PORT", "20001")
        .containsEntry("SINEW_REGISTRY", "consul://127.0.0.1:8500/orders")
        .containsEntry("SINEW_REPLICA_ID", "orders-1")
        .containsEntry("PATH", System.getenv("PATH"));
  }

  private static ProcessSpec.Builder minimal() {
    return ProcessSpec.builder("orders", List.of("serve"), Path.of("logs"));
  }

  private static void refuses(UnaryOperator<ProcessSpec.Builder> change, String message) {
    assertThatThrownBy(() -> change.apply(minimal()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
