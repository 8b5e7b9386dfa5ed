// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.target.StaleDecisionException;
import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real children that go from one {@link ProcessScaleTarget} to the next. */
@Tag("process")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class KeptFleetTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String MARK = "SINEW_TEST_MARK";

  @TempDir
  Path directory;

  private final String mark = UUID.randomUUID().toString();

  @AfterEach
  void leaves_nothing_behind() {
    Processes.withEnvironment(MARK + "=" + mark).forEach(pid -> Processes.signal("KILL", pid));
  }

  @Test
  void servers_go_on_under_their_ids_and_are_ready_at_once_in_the_next_target() throws Exception {
    ProcessSpec spec = servers("one").build();
    List<ChildStatus> before;
    try (ProcessScaleTarget first = ProcessScaleTarget.start(spec)) {
      first.apply(ChaosController.decision(2, 7));
      Eventually.within(SOON, "two ready", () -> first.replicas().ready() == 2);
      before = first.status().children();
      assertThatThrownBy(() -> ProcessScaleTarget.start(spec))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(directory.toRealPath().resolve("state").toString());
    }
    assertThat(before).allMatch(child -> Processes.alive(child.pid()));
    ProcessScaleTarget second = ProcessScaleTarget.start(spec);
    assertThat(second.replicas().ready()).isEqualTo(2);
    assertThat(second.replicas().desired()).isEqualTo(2);
    assertThat(second.status().children())
        .extracting(child -> child.id() + " " + child.pid() + " " + child.port())
        .containsExactlyElementsOf(before.stream()
            .map(child -> child.id() + " " + child.pid() + " " + child.port())
            .toList());
    assertThat(second.lastLines(before.get(0).id()))
        .contains(before.get(0).id() + " listens on " + before.get(0).port());
    assertThatThrownBy(() -> second.apply(ChaosController.decision(0, 6)))
        .isInstanceOf(StaleDecisionException.class);
    Processes.signal("KILL", before.get(0).pid());
    Eventually.within(
        SOON,
        "replaced",
        () -> second.status().restarts() == 1 && second.replicas().ready() == 2);
    assertThat(second.status().children().get(0).lastFailure())
        .contains(before.get(0).id() + " ended (exit code unknown: adopted)");
    second.stopAll();
    assertThat(second.status().kills()).isZero();
    assertThat(Processes.withEnvironment(MARK + "=" + mark)).isEmpty();
    try (ProcessScaleTarget third = ProcessScaleTarget.start(spec)) {
      assertThat(third.replicas().desired()).isZero();
      assertThat(third.replicas().all()).isEmpty();
    }
    assertThat(directory.resolve("state").toFile().list())
        .containsExactlyInAnyOrder("journal", "lock");
  }

  @Test
  void another_spec_replaces_servers_one_by_one_and_two_are_always_ready() throws Exception {
    try (ProcessScaleTarget target = ProcessScaleTarget.start(servers("one").build())) {
      target.apply(ChaosController.decision(2, 1));
      Eventually.within(SOON, "two ready", () -> target.replicas().ready() == 2);
      List<Long> before = pids(target);
      target.update(servers("two").build());
      Eventually.within(SOON, "rolled out", () -> {
        assertThat(target.replicas().ready()).isGreaterThanOrEqualTo(2);
        assertThat(target.replicas().desired()).isEqualTo(2);
        List<Long> now = pids(target);
        return now.size() == 2 && now.stream().noneMatch(before::contains);
      });
      assertThat(target.status().rollout()).isEmpty();
      assertThat(pids(target))
          .allMatch(pid -> Processes.read("/proc/" + pid + "/environ").contains("VERSION=two"));
      assertThatThrownBy(() -> target.update(
              ProcessSpec.builder("other", List.of("x"), directory).build()))
          .hasMessage("process.service: other (expected: kept as before)");
      target.stopAll();
    }
  }

  @Test
  void stubborn_children_are_killed_after_the_grace_when_all_are_stopped() throws Exception {
    ProcessScaleTarget target = ProcessScaleTarget.start(
        sleepers("trap '' TERM; echo deaf; exec sleep 3600", 300).build());
    target.apply(ChaosController.decision(2, 1));
    Eventually.within(
        SOON,
        "deaf",
        () -> target.status().children().size() == 2
            && target.status().children().stream()
                .allMatch(child -> target.lastLines(child.id()).contains("deaf")));
    long start = System.nanoTime();
    target.stopAll();
    target.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
    assertThat(target.status().kills()).isEqualTo(2);
    assertThat(Processes.withEnvironment(MARK + "=" + mark)).isEmpty();
  }

  @Test
  void a_journal_that_names_a_foreign_process_never_harms_it() throws Exception {
    Process foreign = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessIdentity its = Objects.requireNonNull(ProcessIdentity.of(foreign.pid()));
      ProcessIdentity other = new ProcessIdentity(foreign.pid(), its.startTicks() - 1, its.boot());
      try (StateFolder folder = StateFolder.open(directory.resolve("state"))) {
        Instant now = Instant.now();
        folder.write(new Journal(
            1,
            1,
            2,
            0,
            0,
            List.of(
                new Journal.Entry(
                    "kept-x-1", 1, 20_001, other, State.READY, now, now, 0, 0, null, "a", ""),
                new Journal.Entry(
                    "kept-x-2", 2, 20_002, other, State.DRAINING, now, now, 0, 0, now, "a", ""))));
        Files.createSymbolicLink(
            PidFile.path(folder.path(), "kept-x-1"),
            Path.of(new PidFile(other, 20_001, "a").toString()));
      }
      ProcessScaleTarget target =
          ProcessScaleTarget.start(sleepers("exec sleep 3600", 0).build());
      assertThat(target.status().children()).hasSize(1);
      assertThat(target.status().children().get(0).lastFailure()).contains("kept-x-1 ended while");
      Eventually.within(
          SOON, "another runs", () -> pids(target).stream().allMatch(pid -> pid != 0));
      target.stopAll();
      assertThat(foreign.isAlive()).isTrue();
    } finally {
      foreign.destroyForcibly();
    }
  }

  @Test
  void without_a_journal_the_children_are_found_by_what_they_left() throws Exception {
    ProcessSpec spec = sleepers("exec sleep 3600", 1000).build();
    List<Long> before;
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      target.apply(ChaosController.decision(3, 1));
      Eventually.within(
          SOON,
          "three run",
          () -> pids(target).size() == 3 && pids(target).stream().allMatch(pid -> pid != 0));
      before = pids(target);
      Eventually.within(
          SOON,
          "three left their files",
          () -> directory
                  .resolve("state")
                  .toFile()
                  .list((folder, name) -> name.endsWith(".pid"))
                  .length
              == 3);
    }
    Files.writeString(directory.resolve("state/journal"), "sinew-fleet 1 0\ngarbage");
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      assertThat(target.replicas().desired()).isEqualTo(3);
      assertThat(pids(target)).containsExactlyInAnyOrderElementsOf(before);
      assertThat(directory.resolve("state/journal.bad")).exists();
      target.stopAll();
    }
  }

  @Test
  void a_child_that_writes_without_end_fills_no_disk() throws Exception {
    ProcessSpec spec = sleepers("while :; do echo 0123456789012345678901234567890; done", 0)
        .largestLogBytes(1 << 16)
        .build();
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      target.apply(ChaosController.decision(1, 1));
      Eventually.within(SOON, "started", () -> target.status().children().size() == 1);
      String id = target.status().children().get(0).id();
      Path older = directory.resolve("logs/" + id + ".log.1");
      Path log = directory.resolve("logs/" + id + ".log");
      Eventually.within(SOON, "cut", () -> Files.exists(older) && Files.size(older) > 0);
      long[] last = {0};
      Eventually.within(SOON, "cut again", () -> {
        long size = Files.size(log);
        boolean smaller = size < last[0];
        last[0] = size;
        return smaller;
      });
      assertThat(Files.size(older)).isLessThanOrEqualTo(1 << 16);
      target.stopAll();
    }
  }

  @Test
  void children_that_stop_with_a_closed_target_are_as_many_again_in_the_next() throws Exception {
    Path work = Files.createDirectory(directory.resolve("work"));
    ProcessSpec spec = sleepers("pwd; exec sleep 3600", 1000)
        .onControllerLoss(OnControllerLoss.STOP)
        .workingDirectory(work)
        .build();
    List<String> before;
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      target.apply(ChaosController.decision(2, 5));
      Eventually.within(
          SOON,
          "in the working directory",
          () -> target.status().children().size() == 2
              && target.status().children().stream()
                  .allMatch(child -> target.lastLines(child.id()).contains(work.toString())));
      before = target.status().children().stream().map(ChildStatus::id).toList();
    }
    Eventually.within(
        SOON,
        "gone with their guards",
        () -> Processes.withEnvironment(MARK + "=" + mark).isEmpty());
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      assertThat(target.replicas().desired()).isEqualTo(2);
      assertThat(target.status().restarts()).isZero();
      assertThat(target.status().children())
          .extracting(ChildStatus::id)
          .hasSize(2)
          .doesNotContainAnyElementsOf(before);
      assertThatThrownBy(() -> target.apply(ChaosController.decision(0, 4)))
          .isInstanceOf(StaleDecisionException.class);
    }
    Eventually.within(
        SOON,
        "gone with their guards",
        () -> Processes.withEnvironment(MARK + "=" + mark).isEmpty());
  }

  private ProcessSpec.Builder servers(String version) {
    return ProcessSpec.builder(
            "kept", TestCommands.healthServer(List.of()), directory.resolve("logs"))
        .environment(Map.of(MARK, mark, "VERSION", version))
        .onControllerLoss(OnControllerLoss.KEEP)
        .stateDirectory(directory.resolve("state"));
  }

  private ProcessSpec.Builder sleepers(String script, long graceMillis) {
    return ProcessSpec.builder("kept", List.of("sh", "-c", script), directory.resolve("logs"))
        .environment(Map.of(MARK, mark))
        .onControllerLoss(OnControllerLoss.KEEP)
        .drainGrace(Duration.ofMillis(graceMillis))
        .stateDirectory(directory.resolve("state"));
  }

  private static List<Long> pids(ProcessScaleTarget target) {
    return target.status().children().stream().map(ChildStatus::pid).toList();
  }
}
