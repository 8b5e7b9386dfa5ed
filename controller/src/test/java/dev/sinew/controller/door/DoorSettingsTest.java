// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.door;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorSettingsTest {
  private static final String FILE = """
      haproxy: {socket: "unix:h.sock"}
      services:
        orders:
          target: {process: {command: [java]}}
          replicas: {min: 2, max: 8}
          scale: [{metric: cpu, target: 70%}]
          haproxy: {listen: "127.0.0.1:8080"}
        reserve:
          target: {process: {command: [java]}}
          replicas: {min: 1, max: 8}
          scale: [{metric: cpu, target: 70%}]
          failover: {mode: backup, of: orders}
          haproxy: {}
        mails:
          target: {process: {command: [java]}}
          replicas: {min: 2, max: 8}
          scale: [{metric: cpu, target: 70%}]
      """;

  @TempDir
  Path folder;

  private DoorSettings of(String service) throws IOException {
    Path file = Files.writeString(folder.resolve("fleet.yaml"), FILE);
    FleetConfig fleet = requireNonNull(FleetFile.read(file, Map.of()).config());
    return DoorSettings.of(requireNonNull(fleet.services().get(service)), fleet);
  }

  @Test
  void a_backup_stands_behind_the_door_of_what_it_backs_up() throws IOException {
    assertThat(requireNonNull(of("reserve").door()).backend()).isEqualTo("orders");
    assertThat(of("reserve").priority()).isEqualTo(1);
    assertThat(of("reserve").sharing()).containsExactlyInAnyOrder("orders", "reserve");
    assertThat(of("orders").sharing()).containsExactlyInAnyOrder("orders", "reserve");
  }

  @Test
  void a_service_without_a_door_has_none() throws IOException {
    assertThat(of("mails").door()).isNull();
    assertThat(of("mails").haproxy()).isNull();
    try (ServiceDoor none = new Doors().open(of("mails"))) {
      none.ready("mails-1", 1);
      none.unready("mails-1");
      assertThat(none.leaving("mails-1").toCompletableFuture()).isCompleted();
      none.gone("mails-1");
      assertThat(none.exists()).isFalse();
      assertThat(none.troubles()).isEmpty();
    }
  }
}
