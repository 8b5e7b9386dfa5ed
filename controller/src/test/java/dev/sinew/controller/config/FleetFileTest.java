// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.policy.StepLimits;
import dev.sinew.autoscaler.policy.StepLimits.Step;
import dev.sinew.controller.config.reference.Secret;
import dev.sinew.controller.config.system.DoorConfig;
import dev.sinew.controller.config.system.HaproxyConfig;
import dev.sinew.controller.config.system.PrometheusConfig;
import dev.sinew.controller.config.system.SignalConfig;
import dev.sinew.controller.config.system.SignalConfig.Source;
import dev.sinew.process.health.HealthCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FleetFileTest {
  private static final Path EXAMPLES = Path.of("../examples/fleet");
  private static final Map<String, String> SECRETS = Map.of(
      "SINEW_TOKEN",
      "a-token-long-enough",
      "DB_PASSWORD",
      "canary-4711",
      "PROMETHEUS_PASSWORD",
      "canary-4711");

  @TempDir
  Path folder;

  private static FleetConfig right(Path file) {
    FleetFile read = FleetFile.read(file, SECRETS);
    assertThat(read.errors()).isEmpty();
    return Objects.requireNonNull(read.config());
  }

  private static ServiceConfig service(FleetConfig config, String name) {
    return Objects.requireNonNull(config.services().get(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full", "backup", "consul"})
  void every_example_is_right_and_without_a_warning(String name) {
    FleetFile read = FleetFile.read(EXAMPLES.resolve(name + ".yaml"), SECRETS);

    assertThat(read.problems()).isEmpty();
    assertThat(read.config()).isNotNull();
    assertThat(read.digest()).matches("[0-9a-f]{64}");
  }

  @Test
  void the_minimum_has_the_documented_defaults() {
    FleetConfig config = right(EXAMPLES.resolve("minimal.yaml"));
    ServiceConfig orders = service(config, "orders");

    Path base = EXAMPLES.toAbsolutePath().normalize();
    assertThat(config.embedded()).isTrue();
    assertThat(config.controller())
        .isEqualTo(new ControllerConfig(
            "127.0.0.1",
            7979,
            null,
            List.of(),
            base.resolve(".sinew/minimal"),
            LogLimits.DEFAULTS));
    assertThat(orders.process())
        .isEqualTo(new ProcessConfig(
            List.of("java", "-jar", "orders.jar"),
            "PORT",
            Map.of(),
            Map.of(),
            base,
            HealthCheck.grpc(),
            Duration.ofSeconds(30),
            true,
            16 << 20));
    assertThat(orders)
        .isEqualTo(new ServiceConfig(
            "orders",
            orders.process(),
            "orders",
            0,
            "",
            List.of(new SignalConfig(
                Source.ORCA,
                Duration.ofSeconds(1),
                Duration.ofSeconds(15),
                Duration.ZERO,
                "",
                Map.of())),
            null,
            PolicySettings.of(2, 8, Target.utilization(0.7), Target.requestsPerReplica(200)),
            Duration.ofSeconds(12),
            true));
  }

  @Test
  void the_full_example_says_the_defaults() {
    FleetConfig full = right(EXAMPLES.resolve("full.yaml"));
    ServiceConfig orders = service(full, "orders");
    PolicySettings policy = orders.policy();

    assertThat(policy.stabilization()).isEqualTo(Stabilization.defaults());
    assertThat(policy.steps()).isEqualTo(StepLimits.defaults());
    assertThat(policy.targets())
        .containsExactly(
            Target.utilization(0.7),
            Target.utilization(0.7).from("prometheus"),
            Target.cpu(0.8),
            Target.cpu(0.8).from("prometheus"),
            Target.memory(0.85),
            Target.memory(0.85).from("prometheus"),
            Target.requestsPerReplica(200),
            Target.requestsPerReplica(200).from("prometheus"),
            Target.requestsPerReplica(200).from("haproxy"),
            Target.inFlight(32),
            Target.inFlight(32).from("prometheus"),
            Target.inFlight(32).from("haproxy"));
    assertThat(orders.process().environment()).isEqualTo(Map.of("PROFILE", "prod"));
    assertThat(orders.process().secrets())
        .isEqualTo(Map.of("DB_PASSWORD", new Secret("DB_PASSWORD", "canary-4711")));
    assertThat(full.controller().token())
        .isEqualTo(new Secret("SINEW_TOKEN", "a-token-long-enough"));
    assertThat(full.controller().hosts()).containsExactly("sinew.example.org");
    assertThat(orders.process().healthCheck()).isEqualTo(HealthCheck.http("/health"));
    assertThat(orders.endpoints()).isEqualTo("consul://127.0.0.1:7979/orders");
  }

  @Test
  void the_full_example_names_every_system() {
    FleetConfig full = right(EXAMPLES.resolve("full.yaml"));
    ServiceConfig orders = service(full, "orders");
    Path base = EXAMPLES.toAbsolutePath().normalize();

    assertThat(full.prometheus())
        .isEqualTo(new PrometheusConfig(
            "http://127.0.0.1:9090",
            null,
            "sinew",
            new Secret("PROMETHEUS_PASSWORD", "canary-4711"),
            base.resolve("prometheus-ca.pem")));
    HaproxyConfig haproxy = requireNonNull(full.haproxy());
    assertThat(haproxy.sockets()).containsExactly("unix:" + base.resolve("haproxy.sock"));
    assertThat(requireNonNull(haproxy.metrics()).text()).isEqualTo("127.0.0.1:8405");
    DoorConfig door = requireNonNull(orders.door());
    assertThat(door.backend()).isEqualTo("orders");
    assertThat(requireNonNull(door.listen()).port()).isEqualTo(8080);
    assertThat(door.protocol()).isEqualTo(DoorConfig.Protocol.GRPC);
    assertThat(door.balance()).isEqualTo(DoorConfig.Balance.ROUND_ROBIN);
    assertThat(door.slowStart()).isEqualTo(Duration.ofSeconds(10));
    assertThat(door.certificate()).isEqualTo(base.resolve("door.pem"));
    assertThat(door.replay()).isFalse();
    assertThat(orders.signals()).extracting(SignalConfig::source).containsExactly(Source.values());
    assertThat(requireNonNull(orders.signals(Source.PROMETHEUS)).queries()).hasSize(5);
  }

  @Test
  void a_backup_announces_itself_as_what_it_backs_up() {
    ServiceConfig backup = service(right(EXAMPLES.resolve("backup.yaml")), "orders-backup");

    assertThat(backup.announcedAs()).isEqualTo("orders");
    assertThat(backup.priority()).isEqualTo(1);
  }

  @Test
  void an_alias_is_the_same_value_again() {
    FleetConfig config = right(EXAMPLES.resolve("consul.yaml"));

    PolicySettings policy = service(config, "invoices").policy();
    assertThat(policy.steps().in()).isEqualTo(new Step(1, 0, Duration.ofMinutes(2)));
    assertThat(policy.stabilization().inWindow()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.embedded()).isFalse();
  }

  @Test
  void another_file_or_another_secret_is_another_digest() throws IOException {
    Path file = folder.resolve("fleet.yaml");
    String text = Files.readString(EXAMPLES.resolve("full.yaml"));
    Files.writeString(file, text);
    String first = FleetFile.read(file, SECRETS).digest();

    Map<String, String> changed = Map.of(
        "SINEW_TOKEN",
        "a-token-long-enough",
        "DB_PASSWORD",
        "canary-4712",
        "PROMETHEUS_PASSWORD",
        "canary-4711");
    assertThat(FleetFile.read(file, SECRETS).digest()).isEqualTo(first);
    assertThat(FleetFile.read(file, changed).digest()).isNotEqualTo(first);
    Files.writeString(file, text + "# more\n");
    assertThat(FleetFile.read(file, SECRETS).digest()).isNotEqualTo(first);
  }

  @Test
  void a_variable_that_is_not_set_stops_a_run_and_warns_a_check() {
    Path file = EXAMPLES.resolve("full.yaml");

    Map<String, String> others =
        Map.of("SINEW_TOKEN", "a-token-long-enough", "PROMETHEUS_PASSWORD", "canary-4711");
    FleetFile run = FleetFile.read(file, others);
    FleetFile check = FleetFile.check(file, others);

    assertThat(run.config()).isNull();
    assertThat(run.problems())
        .singleElement()
        .hasToString(file
            + ":44:49 services.orders.target.process.env.DB_PASSWORD.env: DB_PASSWORD"
            + " (expected: a variable that is set)");
    assertThat(check.errors()).isEmpty();
    assertThat(check.problems()).hasSize(1);
    assertThat(check.config()).isNotNull();
  }
}
