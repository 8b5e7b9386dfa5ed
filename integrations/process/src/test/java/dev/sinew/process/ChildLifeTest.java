// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real child JVMs under one {@link ProcessScaleTarget}. */
@Tag("process")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ChildLifeTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir
  Path logs;

  @Test
  void two_become_four_and_then_the_two_that_were_not_chosen() throws IOException {
    try (ProcessScaleTarget target = target(healthServer())) {
      scale(target, 2);
      awaitReady(target, 2);
      List<ChildStatus> first = target.status().children();
      scale(target, 4);
      awaitReady(target, 4);
      assertThat(target.status().children()).containsAll(first);
      List<String> victims = first.stream().map(ChildStatus::id).toList();
      target.apply(decision(2, victims));
      Eventually.within(SOON, "two left", () -> target.replicas().all().size() == 2);
      assertThat(target.replicas().ready()).isEqualTo(2);
      assertThat(target.replicas().all()).noneMatch(replica -> victims.contains(replica.id()));
      assertThat(target.status().kills()).isZero();
      for (ChildStatus victim : first) {
        assertThat(Processes.alive(victim.pid())).isFalse();
        assertThat(Processes.open(victim.port())).isFalse();
        Eventually.within(
            SOON,
            "guard ends with its child",
            () -> Processes.guardsOf(victim.pid()).isEmpty());
      }
      assertThat(target.lastLines(victims.get(0)))
          .contains(victims.get(0) + " listens on " + first.get(0).port());
    }
  }

  @Test
  void a_child_killed_from_outside_is_replaced_under_a_new_id() throws IOException {
    try (ProcessScaleTarget target = target(healthServer())) {
      scale(target, 2);
      awaitReady(target, 2);
      ChildStatus killed = target.status().children().get(0);
      Processes.signal("KILL", killed.pid());
      Eventually.within(SOON, "noticed", () -> target.status().restarts() == 1);
      awaitReady(target, 2);
      ChildStatus successor = target.status().children().get(0);
      assertThat(successor.id()).isNotEqualTo(killed.id());
      assertThat(successor.pid()).isNotEqualTo(killed.pid());
      assertThat(successor.lastFailure()).contains(killed.id() + " exited with 137 (signal 9)");
    }
  }

  @Test
  void a_frozen_child_blocks_nothing_and_is_replaced() throws IOException {
    ProcessSpec spec = healthServer().startTimeout(Duration.ofSeconds(8)).build();
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      scale(target, 1);
      awaitReady(target, 1);
      ChildStatus frozen = target.status().children().get(0);
      Processes.signal("STOP", frozen.pid());
      scale(target, 2);
      Eventually.within(
          Duration.ofSeconds(8),
          "another started beside it",
          () -> target.replicas().all().stream()
              .anyMatch(replica ->
                  !replica.id().equals(frozen.id()) && replica.state() == Replica.State.READY));
      Eventually.within(SOON, "frozen is seen", () -> target.replicas().ready() == 1);
      assertThat(target.status().children().get(0).state()).isEqualTo(State.UNREADY);
      Eventually.within(SOON, "frozen is dead", () -> !Processes.alive(frozen.pid()));
      awaitReady(target, 2);
      assertThat(target.status().children().get(0).lastFailure())
          .contains(frozen.id() + " ceased to be ready");
    }
  }

  @Test
  void a_frozen_child_that_resumes_in_time_serves_on() throws IOException {
    try (ProcessScaleTarget target = target(healthServer())) {
      scale(target, 1);
      awaitReady(target, 1);
      ChildStatus frozen = target.status().children().get(0);
      Processes.signal("STOP", frozen.pid());
      Eventually.within(SOON, "frozen is seen", () -> target.replicas().ready() == 0);
      Processes.signal("CONT", frozen.pid());
      awaitReady(target, 1);
      assertThat(target.status().children().get(0).pid()).isEqualTo(frozen.pid());
      assertThat(target.status().restarts()).isZero();
    }
  }

  @Test
  void a_child_that_ignores_term_is_killed_after_the_grace() throws IOException {
    ProcessSpec spec = healthServer(HealthServer.IGNORE_TERM)
        .drainGrace(Duration.ofMillis(1500))
        .build();
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec)) {
      scale(target, 1);
      awaitReady(target, 1);
      long pid = target.status().children().get(0).pid();
      scale(target, 0);
      Eventually.within(SOON, "drains", () -> {
        List<ChildStatus> children = target.status().children();
        return children.size() == 1 && children.get(0).state() == State.DRAINING;
      });
      Duration took =
          Eventually.within(SOON, "gone", () -> target.replicas().all().isEmpty());
      assertThat(took).isGreaterThan(Duration.ofSeconds(1));
      assertThat(Processes.alive(pid)).isFalse();
      assertThat(target.status().kills()).isEqualTo(1);
    }
  }

  @Test
  void a_command_that_does_not_exist_is_said_clearly_and_the_loop_goes_on() throws IOException {
    failsWith(List.of("/nonexistent/serve", "--port"), "exited with 127", "not found");
  }

  @Test
  void a_command_that_ends_at_once_is_said_with_its_last_words() throws IOException {
    failsWith(
        List.of("sh", "-c", "echo first; echo no such config; exit 3"),
        "exited with 3 after",
        "no such config");
  }

  @Test
  void closing_is_over_in_five_seconds_whatever_the_children_do() throws IOException {
    ProcessScaleTarget target = target(healthServer(HealthServer.IGNORE_TERM));
    scale(target, 2);
    awaitReady(target, 2);
    assertThat(target.replicas().desired()).isEqualTo(2);
    List<ChildStatus> children = target.status().children();
    Processes.signal("STOP", children.get(1).pid());
    long start = System.nanoTime();
    target.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(children).noneMatch(child -> Processes.alive(child.pid()));
    assertThat(target.replicas().all()).isEmpty();
    target.close();
  }

  private void failsWith(List<String> command, String exit, String words) throws IOException {
    try (ProcessScaleTarget target = target(ProcessSpec.builder("broken", command, logs))) {
      scale(target, 2);
      Eventually.within(SOON, "restarts", () -> target.status().restarts() >= 6);
      ChildStatus broken = target.status().children().get(0);
      assertThat(broken.lastFailure()).contains(exit, words, "in a row");
      String failedId = broken.lastFailure().substring(0, broken.lastFailure().indexOf(' '));
      assertThat(String.join(" ", target.lastLines(failedId))).contains(words);
      assertThat(target.replicas().in(Replica.State.STARTING)).hasSize(2);
      scale(target, 0);
      Eventually.within(SOON, "given up", () -> target.replicas().all().isEmpty());
    }
  }

  private ProcessSpec.Builder healthServer(String... args) {
    return ProcessSpec.builder("orders", TestCommands.healthServer(List.of(args)), logs);
  }

  private static ProcessScaleTarget target(ProcessSpec.Builder spec) throws IOException {
    return ProcessScaleTarget.start(spec.build());
  }

  private static void scale(ProcessScaleTarget target, int to) {
    target.apply(decision(to, List.of()));
  }

  private static ScaleDecision decision(int to, List<String> victims) {
    return new ScaleDecision(Instant.now(), 0, to, victims, 1, List.of());
  }

  private static void awaitReady(ProcessScaleTarget target, int count) {
    Eventually.within(SOON, count + " ready", () -> target.replicas().ready() == count);
  }
}
