// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.process.FakeChildren.Fake;
import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.retry.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FleetTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(30));

  private final ProcessSpec spec = ProcessSpec.builder("orders", List.of("serve"), Path.of("logs"))
      .startTimeout(Duration.ofSeconds(30))
      .drainGrace(Duration.ofSeconds(10))
      .restartBackoff(BACKOFF)
      .build();
  private final FakeChildren children = new FakeChildren();
  private final Ports ports = new Ports(port -> true);
  private final Fleet fleet =
      new Fleet(spec, children, ports, new Random(7), journal -> {}, TestDoor.none());
  private long millis;

  @Test
  void several_start_at_once_and_are_ready_when_they_serve() {
    resize(4);
    assertThat(children.launched).hasSize(4);
    assertThat(children.launched.stream().map(child -> child.port).distinct()).hasSize(4);
    assertThat(states()).containsOnly(State.STARTING);
    run(100);
    assertThat(states()).containsOnly(State.READY);
    assertThat(fleet.replicas().ready()).isEqualTo(4);
  }

  @Test
  void a_child_that_does_not_serve_is_not_ready_however_long_it_lives() {
    resize(1);
    children.launched.get(0).serving = false;
    run(29_000);
    assertThat(states()).containsExactly(State.STARTING);
    assertThat(fleet.replicas().all().get(0).readyAt()).isNull();
  }

  @Test
  void a_child_that_is_not_ready_in_time_is_killed_and_replaced_and_the_status_says_why() {
    resize(1);
    Fake slow = children.launched.get(0);
    slow.serving = false;
    run(30_050);
    assertThat(slow.killed).isTrue();
    assertThat(children.launched).hasSize(2);
    assertThat(only().lastFailure())
        .contains(slow.id + " did not become ready for PT30S (health: DEADLINE_EXCEEDED)");
  }

  @Test
  void a_crash_is_replaced_at_once_under_a_new_id_and_on_another_port() {
    readyFleet(2);
    Fake dead = children.launched.get(0);
    dead.exit(137, "last words");
    run(0);
    run(0);
    assertThat(children.launched).hasSize(3);
    Fake successor = children.launched.get(2);
    assertThat(successor.id).isNotEqualTo(dead.id);
    assertThat(successor.port).isNotEqualTo(dead.port);
    assertThat(dead.released).isTrue();
    ChildStatus status = fleet.status().children().get(0);
    assertThat(status.restarts()).isEqualTo(1);
    assertThat(status.lastFailure())
        .matches(dead.id + " exited with 137 \\(signal 9\\) after \\d+ ms READY: last words.*");
  }

  @Test
  void failures_in_a_row_wait_within_the_backoff_and_the_place_is_never_lost() {
    resize(1);
    for (int failure = 1; failure <= 12; failure++) {
      int before = children.launched.size();
      children.launched.get(before - 1).exit(127, "not found");
      long waited = 0;
      run(0);
      while (children.launched.size() == before) {
        assertThat(states()).containsExactly(State.WAITING);
        assertThat(fleet.replicas().in(Replica.State.STARTING)).hasSize(1);
        run(1);
        waited++;
      }
      long most = failure == 1 ? 1 : BACKOFF.ceilingNanos(failure - 1) / 1_000_000 + 2;
      assertThat(waited).as("failure %d", failure).isLessThanOrEqualTo(most);
    }
    assertThat(only().lastFailure()).contains("failure 12 in a row");
    assertThat(fleet.status().restarts()).isEqualTo(12);
  }

  @Test
  void half_a_minute_of_health_ends_the_row_of_failures() {
    readyFleet(1);
    children.launched.get(0).exit(1, "");
    run(0);
    run(29_000);
    children.launched.get(1).exit(1, "");
    run(0);
    assertThat(only().lastFailure()).contains("failure 2 in a row");
    run(30_000);
    run(31_000);
    children.launched.get(2).exit(1, "");
    run(0);
    assertThat(only().lastFailure()).contains("failure 1 in a row");
  }

  @Test
  void a_frozen_child_is_reported_not_ready_then_replaced_and_the_others_go_on() {
    readyFleet(2);
    Fake frozen = children.launched.get(0);
    frozen.serving = false;
    run(3_900);
    assertThat(states()).containsExactly(State.READY, State.READY);
    run(1_200);
    assertThat(states()).containsExactly(State.UNREADY, State.READY);
    assertThat(fleet.replicas().ready()).isEqualTo(1);
    run(29_000);
    assertThat(frozen.killed).isFalse();
    run(1_100);
    assertThat(frozen.killed).isTrue();
    run(100);
    assertThat(states()).containsExactly(State.READY, State.READY);
    assertThat(fleet.status().children().get(0).lastFailure())
        .contains(frozen.id + " ceased to be ready for PT30S (health: DEADLINE_EXCEEDED)");
  }

  @Test
  void a_frozen_child_that_thaws_is_ready_again_and_keeps_its_id() {
    readyFleet(1);
    Fake child = children.launched.get(0);
    child.serving = false;
    run(6_000);
    assertThat(states()).containsExactly(State.UNREADY);
    child.serving = true;
    run(2_000);
    assertThat(states()).containsExactly(State.READY);
    assertThat(only().id()).isEqualTo(child.id);
    assertThat(children.launched).hasSize(1);
  }

  @Test
  void one_missed_answer_in_between_changes_nothing() {
    readyFleet(1);
    Fake child = children.launched.get(0);
    for (int i = 0; i < 20; i++) {
      child.serving = i % 5 == 4;
      run(1_000);
      assertThat(states()).containsExactly(State.READY);
    }
  }

  @Test
  void a_decisions_victims_go_first_in_their_order() {
    readyFleet(4);
    String first = children.launched.get(2).id;
    String second = children.launched.get(0).id;
    fleet.resize(3, List.of("unknown", first, second), 1, at(), nanos());
    assertThat(children.launched.get(2).terminated).isTrue();
    assertThat(children.launched.get(0).terminated).isFalse();
    fleet.resize(2, List.of(first, second), 1, at(), nanos());
    assertThat(children.launched.get(0).terminated).isTrue();
    assertThat(children.launched.get(1).terminated).isFalse();
    assertThat(children.launched.get(3).terminated).isFalse();
  }

  @Test
  void without_victims_those_that_start_go_first_and_then_the_youngest() {
    readyFleet(3);
    resize(4);
    Fake starting = children.launched.get(3);
    starting.serving = false;
    fleet.resize(3, List.of(), 1, at(), nanos());
    assertThat(starting.terminated).isTrue();
    fleet.resize(2, List.of(), 1, at(), nanos());
    assertThat(children.launched.get(2).terminated).isTrue();
    assertThat(children.launched.get(0).terminated).isFalse();
  }

  @Test
  void a_child_that_ignores_term_is_killed_after_the_grace_and_counted() {
    readyFleet(1);
    Fake stubborn = children.launched.get(0);
    stubborn.obeysTerm = false;
    resize(0);
    run(9_900);
    assertThat(states()).containsExactly(State.DRAINING);
    assertThat(stubborn.killed).isFalse();
    run(200);
    assertThat(stubborn.killed).isTrue();
    run(10);
    assertThat(fleet.empty()).isTrue();
    assertThat(fleet.status().kills()).isEqualTo(1);
  }

  @Test
  void scaling_out_while_some_drain_starts_new_ones() {
    readyFleet(2);
    Fake draining = children.launched.get(1);
    draining.obeysTerm = false;
    resize(1);
    resize(2);
    run(100);
    assertThat(children.launched).hasSize(3);
    assertThat(states()).containsExactly(State.READY, State.READY, State.DRAINING);
    assertThat(fleet.replicas().desired()).isEqualTo(2);
  }

  @Test
  void a_waiting_place_is_given_up_without_a_signal() {
    children.refusal = "no shell";
    resize(1);
    assertThat(only().lastFailure()).contains("could not be started: no shell");
    resize(0);
    assertThat(fleet.empty()).isTrue();
  }

  @Test
  void a_defect_of_a_launch_is_a_failure_like_any_other_and_its_port_is_free_again() {
    List<Integer> one = List.of(20_007);
    Fleet narrow = new Fleet(
        spec, children, new Ports(one::contains), new Random(7), journal -> {}, TestDoor.none());
    children.defect = new IllegalStateException("broken");
    narrow.resize(1, List.of(), 1, at(), nanos());
    narrow.step(at(), nanos());
    assertThat(narrow.status().children().get(0).lastFailure())
        .contains("could not be started: java.lang.IllegalStateException: broken");
    children.defect = null;
    narrow.step(at(), nanos());
    assertThat(children.launched).extracting(child -> child.port).containsExactly(20_007);
  }

  @Test
  void when_ports_run_out_the_status_says_so() {
    Fleet crowded = new Fleet(
        spec, children, new Ports(port -> false), new Random(7), journal -> {}, TestDoor.none());
    crowded.resize(1, List.of(), 1, at(), nanos());
    crowded.step(at(), nanos());
    assertThat(crowded.status().children().get(0).lastFailure())
        .contains("could not be started: no free port from 20000 to 31999");
  }

  @Test
  void the_number_of_living_children_is_what_was_asked_for_whatever_happens() {
    long seed = 20261122;
    Random random = new Random(seed);
    int desired = 0;
    for (int turn = 0; turn < 5_000; turn++) {
      if (random.nextInt(20) == 0) {
        desired = random.nextInt(12);
        fleet.resize(desired, List.of(), 1, at(), nanos());
      }
      List<Fake> alive = children.launched.stream().filter(child -> child.alive).toList();
      if (!alive.isEmpty()) {
        Fake chosen = alive.get(random.nextInt(alive.size()));
        switch (random.nextInt(40)) {
          case 0 -> chosen.exit(1, "");
          case 1 -> chosen.serving = !chosen.serving;
          case 2 -> chosen.obeysTerm = !chosen.obeysTerm;
          default -> {}
        }
      }
      run(random.nextInt(200));
      long counted = states().stream().filter(state -> state != State.DRAINING).count();
      assertThat(counted).as("seed %d turn %d", seed, turn).isEqualTo(desired);
      List<Integer> inUse = new ArrayList<>(children.launched.stream()
          .filter(child -> child.alive)
          .map(child -> child.port)
          .toList());
      assertThat(inUse).as("seed %d turn %d", seed, turn).doesNotHaveDuplicates();
    }
  }

  @Test
  void stopping_shortens_the_grace_of_those_that_drain_already() {
    readyFleet(2);
    children.launched.forEach(child -> child.obeysTerm = false);
    resize(1);
    fleet.stop(0, 1_000_000_000L, at(), nanos());
    run(1_050);
    run(10);
    assertThat(children.launched).allMatch(child -> child.killed);
    assertThat(fleet.empty()).isTrue();
  }

  private void readyFleet(int size) {
    resize(size);
    run(100);
    assertThat(fleet.replicas().ready()).isEqualTo(size);
  }

  private void resize(int desired) {
    fleet.resize(desired, List.of(), 1, at(), nanos());
    run(0);
  }

  /** Lets time pass as the loop would, in steps of at most 50 ms. */
  private void run(long duration) {
    long end = millis + duration;
    while (millis < end) {
      millis = Math.min(end, millis + 50);
      fleet.step(at(), nanos());
    }
    fleet.step(at(), nanos());
  }

  private Instant at() {
    return Instant.ofEpochMilli(1_000_000 + millis);
  }

  private long nanos() {
    // Close to the overflow, so that comparing instead of subtracting would show.
    return Long.MAX_VALUE - 1_000_000 + millis * 1_000_000;
  }

  private List<State> states() {
    return fleet.status().children().stream().map(ChildStatus::state).toList();
  }

  private ChildStatus only() {
    assertThat(fleet.status().children()).hasSize(1);
    return fleet.status().children().get(0);
  }
}
