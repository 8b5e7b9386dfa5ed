// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.process.FakeChildren.Fake;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.process.health.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A {@link Rollout} in a fleet of children that do what the test says. */
final class RolloutTest {
  private final FakeChildren children = new FakeChildren();
  private final Fleet fleet = new Fleet(
      spec("one"),
      children,
      new Ports(port -> true),
      new Random(7),
      journal -> {},
      TestDoor.none());
  private long millis;

  @Test
  void what_a_child_is_started_with_makes_a_difference_and_times_do_not() {
    ProcessSpec.Builder same =
        builder("one").startTimeout(Duration.ofSeconds(1)).drainGrace(Duration.ZERO);
    assertThat(Rollout.fingerprint(same.build())).isEqualTo(Rollout.fingerprint(spec("one")));
    assertThat(List.of(
                spec("two"),
                builder("one").environment(Map.of("A", "1")).build(),
                builder("one").portVariable("P").build(),
                builder("one").registry("consul://127.0.0.1:8500/x").build(),
                builder("one").workingDirectory(Path.of("/")).build())
            .stream()
            .map(Rollout::fingerprint)
            .distinct())
        .hasSize(5)
        .doesNotContain(Rollout.fingerprint(spec("one")))
        .allMatch(print -> print.matches("[0-9a-f]{12}"));
  }

  @Test
  void all_are_replaced_one_by_one_oldest_first_with_never_fewer_ready_nor_two_more() {
    readyFleet(3);
    List<Fake> old = List.copyOf(children.launched);
    update("two");
    assertThat(fleet.status().rollout()).isEqualTo("going on with 3 of an earlier spec");
    int steps = 0;
    while (!fleet.status().rollout().isEmpty()) {
      run(50);
      assertThat(fleet.replicas().ready()).isBetween(3, 4);
      assertThat(alive()).isBetween(3L, 4L);
      assertThat(fleet.replicas().desired()).isEqualTo(3);
      assertThat(fleet.status().desired()).isEqualTo(3);
      for (int i = 1; i < old.size(); i++) {
        assertThat(old.get(i).alive || !old.get(i - 1).alive).isTrue();
      }
      assertThat(++steps).isLessThan(200);
    }
    run(500);
    assertThat(children.launched).hasSize(6);
    assertThat(old).noneMatch(child -> child.alive).allMatch(child -> child.terminated);
    assertThat(fleet.replicas().in(Replica.State.READY)).hasSize(3);
    assertThat(fleet.status().restarts()).isZero();
  }

  @Test
  void a_new_one_that_does_not_become_ready_stops_it_and_the_old_ones_serve_on() {
    readyFleet(2);
    List<Fake> old = List.copyOf(children.launched);
    children.serving = false;
    update("bad");
    run(31_000);
    assertThat(children.launched).hasSize(4);
    assertThat(old).allMatch(child -> child.alive);
    assertThat(fleet.replicas().ready()).isEqualTo(2);
    assertThat(fleet.status().rollout())
        .startsWith("stopped with 2 of an earlier spec: " + children.launched.get(2).id)
        .contains("did not become ready for PT30S");
    children.launched.get(3).exit(1, "no such option");
    run(500);
    assertThat(fleet.status().rollout()).contains("no such option", "failure 2 in a row");
    assertThat(alive()).isLessThanOrEqualTo(3);
    children.serving = true;
    update("good");
    run(3_000);
    assertThat(fleet.status().rollout()).isEmpty();
    assertThat(old).noneMatch(child -> child.alive);
    assertThat(alive()).isEqualTo(2);
  }

  @Test
  void the_same_decision_again_does_not_hinder_it() {
    readyFleet(2);
    children.serving = false;
    update("two");
    run(1_000);
    Fake more = children.launched.get(2);
    for (int i = 0; i < 5; i++) {
      resize(2);
      run(200);
    }
    assertThat(more.alive).isTrue();
    more.serving = true;
    children.serving = true;
    run(3_000);
    assertThat(fleet.status().rollout()).isEmpty();
    assertThat(alive()).isEqualTo(2);
  }

  @Test
  void scaling_goes_on_in_the_middle_of_it() {
    long seed = 20261122;
    Random random = new Random(seed);
    readyFleet(3);
    int desired = 3;
    for (int turn = 0; turn < 3_000; turn++) {
      switch (random.nextInt(20)) {
        case 0 -> {
          desired = random.nextInt(6);
          resize(desired);
        }
        case 1 -> update("spec " + random.nextInt(3));
        case 2 ->
          children.launched.stream()
              .filter(child -> child.alive)
              .skip(random.nextInt(3))
              .findFirst()
              .ifPresent(child -> child.exit(1, ""));
        default -> {}
      }
      run(random.nextInt(300));
      long counted = fleet.status().children().stream()
          .filter(child -> child.state() != State.DRAINING)
          .count();
      assertThat(counted).as("seed %d turn %d", seed, turn).isBetween((long) desired, desired + 1L);
      assertThat(fleet.replicas().desired()).isEqualTo(desired);
    }
    resize(4);
    run(120_000);
    assertThat(alive()).as("seed %d", seed).isEqualTo(4);
    assertThat(fleet.status().rollout()).as("seed %d", seed).isEmpty();
  }

  @Test
  void going_back_to_the_spec_before_ends_it() {
    readyFleet(2);
    List<Fake> old = List.copyOf(children.launched);
    children.serving = false;
    update("two");
    run(500);
    assertThat(alive()).isEqualTo(3);
    update("one");
    run(500);
    assertThat(old).allMatch(child -> child.alive);
    assertThat(alive()).isEqualTo(2);
    assertThat(fleet.status().rollout()).isEmpty();
  }

  @Test
  void times_apply_at_once_and_replace_nothing() {
    readyFleet(1);
    Fake child = children.launched.get(0);
    child.obeysTerm = false;
    fleet.update(builder("one").drainGrace(Duration.ofMillis(500)).build(), at(), nanos());
    assertThat(fleet.status().rollout()).isEmpty();
    resize(0);
    run(450);
    assertThat(child.killed).isFalse();
    run(100);
    assertThat(child.killed).isTrue();
    assertThat(children.launched).hasSize(1);
  }

  @Test
  void another_health_check_restarts_nobody_and_counts_at_once() {
    readyFleet(2);
    assertThat(children.launched).allMatch(child -> HealthCheck.grpc().equals(child.askedBy));
    fleet.update(builder("one").healthCheck(HealthCheck.http("/up")).build(), at(), nanos());
    run(3_000);
    assertThat(children.launched).hasSize(2).allMatch(child -> child.alive);
    assertThat(children.launched).allMatch(child -> HealthCheck.http("/up").equals(child.askedBy));
    assertThat(fleet.status().rollout()).isEmpty();
  }

  @Test
  void children_of_an_earlier_spec_are_asked_as_it_said_until_they_leave() {
    readyFleet(2);
    List<Fake> old = List.copyOf(children.launched);
    children.serving = false;
    fleet.update(builder("two").healthCheck(HealthCheck.http("/up")).build(), at(), nanos());
    run(3_000);
    assertThat(old).allMatch(child -> child.alive && HealthCheck.grpc().equals(child.askedBy));
    assertThat(children.launched.get(2).askedBy).isEqualTo(HealthCheck.http("/up"));
    assertThat(fleet.replicas().ready()).isEqualTo(2);
    children.launched.get(2).serving = true;
    children.serving = true;
    run(3_000);
    assertThat(old).noneMatch(child -> child.alive);
  }

  private void readyFleet(int size) {
    resize(size);
    run(100);
    assertThat(fleet.replicas().ready()).isEqualTo(size);
  }

  private void update(String word) {
    fleet.update(spec(word), at(), nanos());
  }

  private void resize(int desired) {
    fleet.resize(desired, List.of(), 1, at(), nanos());
  }

  private void run(long duration) {
    long end = millis + duration;
    while (millis < end) {
      millis = Math.min(end, millis + 50);
      fleet.step(at(), nanos());
    }
    fleet.step(at(), nanos());
  }

  private long alive() {
    return children.launched.stream().filter(child -> child.alive).count();
  }

  private Instant at() {
    return Instant.ofEpochMilli(1_000_000 + millis);
  }

  private long nanos() {
    return Long.MAX_VALUE - 1_000_000 + millis * 1_000_000;
  }

  private static ProcessSpec spec(String word) {
    return builder(word).build();
  }

  private static ProcessSpec.Builder builder(String word) {
    return ProcessSpec.builder("orders", List.of("serve", word), Path.of("logs"));
  }
}
