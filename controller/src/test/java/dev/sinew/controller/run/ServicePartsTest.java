// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.controller.config.FleetConfig;
import dev.sinew.controller.config.FleetFile;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.config.ServiceConfig;
import dev.sinew.controller.config.StateFolder;
import dev.sinew.controller.door.Doors;
import dev.sinew.controller.fleet.DecisionView;
import dev.sinew.controller.state.Controls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Held at no replica, so that no process is started. */
@Timeout(30)
class ServicePartsTest {
  private static final Hold HOLD = new Hold("ana", "why", Instant.EPOCH);
  private static final String FILE = """
      services:
        orders:
          target: {process: {command: ["false"], class-data-sharing: false}}
          replicas: {min: 2, max: 8}
          scale: [{metric: cpu, target: 70%%}]
          drain: {grace: %s}
      """;

  @TempDir
  private Path folder = Path.of("");

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void what_was_decided_before_a_restart_is_shown_after_it() throws Exception {
    Episodes first = new Episodes();
    ServiceParts before = ServiceParts.open(context(), settings("12s"), first);
    before.tick(Instant.now(), HOLD);
    assertThat(before.release()).isZero();
    Episodes second = new Episodes();
    ServiceParts after = ServiceParts.open(context(), settings("12s"), second);
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (second.last(10).isEmpty() && System.nanoTime() - deadline < 0) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(second.last(10))
          .extracting(DecisionView::reasons)
          .containsExactlyElementsOf(
              first.last(10).stream().map(DecisionView::reasons).toList());
    } finally {
      after.release();
    }
  }

  @Test
  void settings_that_cannot_be_followed_are_refused_each_time_and_those_before_go_on()
      throws IOException {
    ServiceParts parts = ServiceParts.open(context(), settings("12s"), new Episodes());
    try {
      LoopSettings right = settings("13s");
      // The file's reader would not let this through; what it misses must not be half in force.
      LoopSettings wrong = new LoopSettings(
          right.service(), right.digest(), "no\nregistry", right.endpoints(), null, right.door());
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> parts.follow(wrong)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(parts.tick(Instant.now(), HOLD).changes()).isFalse();
      parts.follow(right);
    } finally {
      parts.release();
    }
  }

  @Test
  void is_released_once_and_can_be_opened_again() throws IOException {
    ServiceParts parts = ServiceParts.open(context(), settings("12s"), new Episodes());
    assertThat(parts.release()).isZero();
    assertThat(parts.release()).isZero();
    ServiceParts.open(context(), settings("12s"), new Episodes()).release();
  }

  private LoopContext context() {
    StateFolder state = new StateFolder(folder.resolve(".sinew"));
    return new LoopContext(
        state,
        LogLimits.DEFAULTS,
        folder,
        Controls.read(state.controls(), Instant.EPOCH),
        1,
        false,
        new Doors(),
        timer,
        event -> {});
  }

  private LoopSettings settings(String grace) throws IOException {
    Path file = Files.writeString(folder.resolve("fleet.yaml"), FILE.formatted(grace));
    FleetFile read = FleetFile.read(file, Map.of());
    FleetConfig fleet = requireNonNull(read.config());
    ServiceConfig service = requireNonNull(fleet.services().get("orders"));
    return LoopSettings.of(service, fleet, read.digest(), "consul://127.0.0.1:1", false);
  }
}
