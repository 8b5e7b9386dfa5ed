// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A {@link ChaosController} killed again and again. */
@Tag("process")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class ChaosTest {
  private static final int KILLS = 30;

  @TempDir
  Path directory;

  private final String mark = UUID.randomUUID().toString();

  @AfterEach
  void leaves_nothing_behind() {
    marked().forEach(pid -> Processes.signal("KILL", pid));
  }

  @Test
  void thirty_kills_at_any_moment_lose_no_child_and_double_none() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String said = "seed " + seed;
    for (int kill = 0; kill < KILLS; kill++) {
      Process controller = new ProcessBuilder(TestCommands.java(
              TestCommands.CLASS_PATH,
              ChaosController.class,
              List.of(directory.toString(), mark, Long.toString(random.nextLong()), "" + kill)))
          .redirectError(directory.resolve("controller.err").toFile())
          .start();
      assertThat(controller.getInputStream().read()).as(said).isEqualTo('b');
      // Adoption takes the first tenths of a second.
      boolean ended = controller.waitFor(random.nextInt(1_500), TimeUnit.MILLISECONDS);
      assertThat(ended).as("%s: %s", said, error()).isFalse();
      controller.destroyForcibly().waitFor();
    }
    ProcessSpec spec = ChaosController.spec(directory, mark);
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      int desired = target.replicas().desired();
      assertThat(target.status().children().stream()
              .filter(child -> child.state() != State.DRAINING)
              .count())
          .as(said)
          .isEqualTo(desired);
      Eventually.within(
          Duration.ofSeconds(20),
          said + ": exactly those known run",
          () -> pids(target).equals(marked()) && pids(target).size() == desired);
      assertThat(target.status().children())
          .as(said)
          .extracting(ChildStatus::id)
          .doesNotHaveDuplicates();
      target.apply(ChaosController.decision(3, KILLS));
      Eventually.within(
          Duration.ofSeconds(20),
          said + ": three",
          () -> pids(target).equals(marked()) && pids(target).size() == 3);
      target.stopAll();
      assertThat(marked()).as(said).isEmpty();
    }
  }

  private static Set<Long> pids(ProcessScaleTarget target) {
    return target.status().children().stream()
        .map(ChildStatus::pid)
        .filter(pid -> pid != 0)
        .collect(Collectors.toSet());
  }

  /** Every process of this test's children. */
  private Set<Long> marked() {
    return Processes.withEnvironment(ChaosController.MARK + "=" + mark);
  }

  private String error() {
    return Processes.read(directory.resolve("controller.err").toString());
  }
}
