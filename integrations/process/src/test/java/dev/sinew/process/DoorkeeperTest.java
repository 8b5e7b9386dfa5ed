// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.process.health.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real HTTP servers with somebody at the door. */
@Tag("process")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DoorkeeperTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir
  Path directory;

  private final String mark = UUID.randomUUID().toString();
  private final TestDoor door = new TestDoor();

  @AfterEach
  void leaves_nothing_behind() {
    Processes.withEnvironment(DoorController.MARK + "=" + mark)
        .forEach(pid -> Processes.signal("KILL", pid));
  }

  @Test
  void first_it_is_ready_then_it_leaves_then_it_gets_term_then_it_is_gone() throws Exception {
    ProcessSpec spec = servers().drainGrace(Duration.ofSeconds(60)).build();
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec, door)) {
      ChildStatus child = one(target);
      assertThat(door.words()).containsExactly("ready " + child.id());
      target.apply(ChaosController.decision(0, 1));
      Eventually.within(SOON, "leaves", () -> door.leaving.containsKey(child.id()));
      assertThat(target.status().children())
          .extracting(ChildStatus::state)
          .containsExactly(State.DRAINING);
      assertThat(Processes.open(child.port())).isTrue();
      assertThat(target.lastLines(child.id())).noneMatch(line -> line.startsWith(HttpChild.TERM));
      Instant letGo = Instant.now();
      door.letGo(child.id());
      Eventually.within(SOON, "gone", () -> door.words().contains("gone " + child.id()));
      Instant term = target.lastLines(child.id()).stream()
          .filter(line -> line.startsWith(HttpChild.TERM))
          .map(line -> Instant.parse(line.substring(HttpChild.TERM.length())))
          .findFirst()
          .orElseThrow();
      assertThat(List.of(
              door.when("ready", child.id()),
              door.when("leaving", child.id()),
              letGo,
              term,
              door.when("gone", child.id())))
          .isSorted();
      assertThat(Processes.alive(child.pid())).isFalse();
      assertThat(target.status().kills()).isZero();
    }
  }

  @Test
  void a_door_that_never_answers_delays_term_by_the_grace_and_no_more() throws Exception {
    ProcessSpec spec = servers().drainGrace(Duration.ofMillis(1500)).build();
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec, door)) {
      ChildStatus child = one(target);
      target.apply(ChaosController.decision(0, 1));
      Eventually.within(SOON, "gone", () -> door.words().contains("gone " + child.id()));
      Duration took =
          Duration.between(door.when("leaving", child.id()), door.when("gone", child.id()));
      assertThat(took).isGreaterThan(Duration.ofMillis(1400));
      assertThat(target.lastLines(child.id())).anyMatch(line -> line.startsWith(HttpChild.TERM));
    }
  }

  @Test
  void closing_is_over_in_five_seconds_whatever_the_door_does() throws Exception {
    ProcessScaleTarget target = ProcessScaleTarget.start(servers().build(), door);
    ChildStatus child = one(target);
    long start = System.nanoTime();
    target.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(Processes.alive(child.pid())).isFalse();
    assertThat(door.words())
        .containsExactly("ready " + child.id(), "leaving " + child.id(), "gone " + child.id());
    assertThat(target.status().kills()).isZero();
  }

  @Test
  void a_killed_controllers_victim_is_let_go_by_the_next_one() throws Exception {
    Path output = directory.resolve("controller.out");
    Process controller = new ProcessBuilder(TestCommands.java(
            TestCommands.CLASS_PATH, DoorController.class, List.of(directory.toString(), mark)))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      Eventually.within(
          Duration.ofSeconds(60),
          "child leaves",
          () -> Processes.read(output.toString()).contains(" end\n"));
    } finally {
      Processes.signal("KILL", controller.pid());
    }
    String said = Processes.read(output.toString());
    String id = said.substring(said.lastIndexOf("leaving ") + 8, said.indexOf(" end\n"));
    Eventually.within(SOON, "controller gone", () -> !Processes.alive(controller.pid()));
    ProcessSpec spec = DoorController.spec(directory, mark);
    ProcessScaleTarget next = ProcessScaleTarget.start(spec, door);
    assertThat(door.words()).containsExactly("ready " + id, "leaving " + id);
    ChildStatus child = next.status().children().get(0);
    assertThat(child.state()).isEqualTo(State.DRAINING);
    assertThat(Processes.open(child.port())).isTrue();
    assertThat(next.lastLines(id)).noneMatch(line -> line.startsWith(HttpChild.TERM));
    door.letGo(id);
    Eventually.within(SOON, "gone", () -> door.words().contains("gone " + id));
    assertThat(next.lastLines(id)).anyMatch(line -> line.startsWith(HttpChild.TERM));
    assertThat(next.replicas().desired()).isZero();
    next.close();
  }

  @Test
  void a_frozen_http_server_gets_no_more_calls_until_it_thaws() throws Exception {
    try (ProcessScaleTarget target = ProcessScaleTarget.start(servers().build(), door)) {
      ChildStatus child = one(target);
      Processes.signal("STOP", child.pid());
      Eventually.within(SOON, "unready", () -> door.words().contains("unready " + child.id()));
      assertThat(Processes.open(child.port())).isTrue();
      Processes.signal("CONT", child.pid());
      Eventually.within(
          SOON,
          "ready again",
          () -> door.words()
              .equals(
                  List.of("ready " + child.id(), "unready " + child.id(), "ready " + child.id())));
      assertThat(target.status().restarts()).isZero();
      door.open = true;
    }
  }

  @Test
  void another_check_counts_at_once_and_restarts_nobody() throws Exception {
    try (ProcessScaleTarget target = ProcessScaleTarget.start(servers().build(), door)) {
      ChildStatus child = one(target);
      target.update(servers().healthCheck(HealthCheck.http("/missing")).build());
      Eventually.within(SOON, "unready", () -> door.words().contains("unready " + child.id()));
      target.update(servers().healthCheck(HealthCheck.tcp()).build());
      Eventually.within(SOON, "ready again", () -> target.replicas().ready() == 1);
      assertThat(one(target).pid()).isEqualTo(child.pid());
      door.open = true;
    }
  }

  @Test
  void a_server_that_says_it_is_sick_never_comes_to_the_door() throws Exception {
    ProcessSpec spec = ProcessSpec.builder(
            "orders", TestCommands.httpServer(HttpChild.SICK), directory.resolve("logs"))
        .environment(Map.of(DoorController.MARK, mark))
        .healthCheck(HealthCheck.http("/health"))
        .startTimeout(Duration.ofSeconds(6))
        .build();
    try (ProcessScaleTarget target = ProcessScaleTarget.start(spec, door)) {
      target.apply(ChaosController.decision(1, 1));
      Eventually.within(SOON, "replaced", () -> target.status().restarts() > 0);
      assertThat(target.status().children().get(0).lastFailure())
          .contains("did not become ready for PT6S (health: HTTP 503)");
    }
    assertThat(door.words()).noneMatch(word -> word.startsWith("ready "));
  }

  private ProcessSpec.Builder servers() {
    return ProcessSpec.builder("orders", TestCommands.httpServer(), directory.resolve("logs"))
        .environment(Map.of(DoorController.MARK, mark))
        .healthCheck(HealthCheck.http("/health"));
  }

  private static ChildStatus one(ProcessScaleTarget target) {
    target.apply(ChaosController.decision(1, 1));
    Eventually.within(SOON, "one ready", () -> target.replicas().ready() == 1);
    return target.status().children().get(0);
  }
}
