// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.door.Doors;
import dev.sinew.controller.state.Controls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of a dry run: nothing is started. */
@Timeout(30)
class FleetControllerTest {
  private static final Hold HOLD = new Hold("ana", "why", Instant.EPOCH);
  private static final String FILE = """
      services:
        orders:
          target: {process: {command: ["false"]}}
          replicas: {min: 2, max: 8}
          scale: [{metric: cpu, target: 70%}]
      """;

  @TempDir
  private Path folder = Path.of("");

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final AtomicLong registryFailures = new AtomicLong();
  private final List<FleetEvent> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void a_dry_run_beside_the_controller_never_writes_who_holds_what() throws IOException {
    FleetController fleet = fleet();
    assertThatThrownBy(() -> fleet.pause(null, HOLD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dry run");
    assertThatThrownBy(() -> fleet.resume(null, "ana", "why"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve(".sinew")).doesNotExist();
  }

  @Test
  void nothing_starts_after_the_end() throws IOException {
    FleetController fleet = fleet();
    assertThat(fleet.release()).isZero();
    fleet.start();
    fleet.changed(read(FILE.replace("orders", "other")));
    assertThat(fleet.services()).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void a_registry_that_cannot_keep_its_file_is_a_trouble() throws IOException {
    FleetController fleet = fleet();
    assertThat(fleet.controller().troubles()).isEmpty();
    registryFailures.set(3);
    assertThat(fleet.controller().troubles())
        .singleElement()
        .asString()
        .contains("registry", "3 failures");
  }

  @Test
  void a_loop_that_has_not_ticked_for_10_s_is_shown_as_failed() throws IOException {
    FleetConfig config = requireNonNull(read(FILE).config());
    LoopSettings settings = LoopSettings.of(
        requireNonNull(config.services().get("orders")), config, "", "nowhere://x", true);
    ServiceLoop loop = ServiceLoop.start(context(), settings);
    try {
      assertThat(loop.standsStill(Instant.now())).isFalse();
      assertThat(loop.standsStill(Instant.now().plusSeconds(11))).isTrue();
      assertThat(loop.view(Instant.now().plusSeconds(11)).state()).isEqualTo("failed");
    } finally {
      loop.close();
    }
  }

  private FleetController fleet() throws IOException {
    FleetFile read = read(FILE);
    return new FleetController(
        context(),
        "consul://127.0.0.1:1",
        "test",
        "fleet.yaml",
        requireNonNull(read.config()),
        read.digest(),
        registryFailures::get);
  }

  private LoopContext context() {
    StateFolder state = new StateFolder(folder.resolve(".sinew"));
    return new LoopContext(
        state,
        LogLimits.DEFAULTS,
        folder,
        Controls.read(state.controls(), Instant.EPOCH),
        0,
        true,
        new Doors(),
        timer,
        told::add);
  }

  private FleetFile read(String text) throws IOException {
    return FleetFile.read(Files.writeString(folder.resolve("fleet.yaml"), text), Map.of());
  }
}
