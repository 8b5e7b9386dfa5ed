// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.process.FakeChildren.Fake;
import dev.sinew.process.FleetStatus.State;
import dev.sinew.process.health.HealthCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fleet after another with the same children; the journal of one is what the next begins with. */
final class AdoptionTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir
  Path folder;

  private final FakeChildren children = new FakeChildren();
  private final List<Journal> written = new ArrayList<>();
  private final ProcessSpec spec =
      ProcessSpec.builder("orders", List.of("serve"), Path.of("logs")).build();
  private Fleet fleet = newFleet();
  private long millis;

  @Test
  void the_living_keep_their_ids_ports_times_and_states_and_are_there_at_once() {
    resize(3, 7);
    run(100);
    Fake slow = children.launched.get(2);
    slow.serving = false;
    List<Replica> before = fleet.replicas().all();
    restart();
    assertThat(fleet.replicas().all()).isEqualTo(before);
    assertThat(fleet.replicas().desired()).isEqualTo(3);
    assertThat(fleet.status().children())
        .extracting(child -> child.id() + " " + child.pid() + " " + child.port())
        .containsExactlyElementsOf(children.launched.stream()
            .map(child -> child.id + " " + child.pid + " " + child.port)
            .toList());
    run(5_000);
    assertThat(children.launched).hasSize(3);
    assertThat(fleet.status().children().get(2).state()).isEqualTo(State.UNREADY);
    assertThat(written.get(written.size() - 1).epoch()).isEqualTo(7);
  }

  @Test
  void one_that_died_meanwhile_is_replaced_as_a_failure_whose_code_nobody_knows() {
    resize(2, 1);
    run(100);
    Fake dead = children.launched.get(0);
    dead.exit(137, "");
    restart();
    assertThat(fleet.replicas().all()).hasSize(2);
    assertThat(fleet.status().restarts()).isEqualTo(1);
    assertThat(fleet.status().children())
        .extracting(FleetStatus.ChildStatus::lastFailure)
        .contains(dead.id
            + " ended while no controller was there (exit code unknown); failure 1 in a row");
    run(100);
    assertThat(fleet.replicas().ready()).isEqualTo(2);
    assertThat(children.launched).hasSize(3);
  }

  @Test
  void one_that_drains_is_told_again_and_keeps_its_deadline() {
    resize(2, 1);
    run(100);
    Fake stubborn = children.launched.get(1);
    stubborn.obeysTerm = false;
    resize(1, 1);
    stubborn.terminated = false;
    run(5_000);
    restart();
    assertThat(stubborn.terminated).isTrue();
    assertThat(fleet.replicas().desired()).isEqualTo(1);
    run(6_900);
    assertThat(stubborn.killed).isFalse();
    run(200);
    assertThat(stubborn.killed).isTrue();
    run(10);
    assertThat(fleet.replicas().all()).hasSize(1);
  }

  @Test
  void an_intent_is_written_before_a_start_and_a_drain_before_a_signal() {
    resize(2, 1);
    assertThat(written.get(written.size() - 1).desired()).isEqualTo(2);
    children.before = () -> {
      Journal last = written.get(written.size() - 1);
      assertThat(last.members()).allMatch(entry -> entry.port() != 0 && entry.process() == null);
      assertThat(last.members()).hasSize(2);
    };
    run(0);
    assertThat(children.launched).hasSize(2);
    children.before = () -> {};
    run(100);
    children.launched.get(1).beforeTerm = () -> assertThat(
            written.get(written.size() - 1).members().get(1).state())
        .isEqualTo(State.DRAINING);
    resize(1, 1);
    assertThat(children.launched.get(1).terminated).isTrue();
  }

  @Test
  void a_row_of_failures_goes_on_with_its_backoff() {
    resize(1, 1);
    run(0);
    for (int i = 0; i < 8; i++) {
      int before = children.launched.size();
      children.launched.get(before - 1).exit(1, "broken");
      run(0);
      while (children.launched.size() == before) {
        run(50);
      }
    }
    children.launched.get(children.launched.size() - 1).exit(1, "broken");
    run(0);
    String failure = fleet.status().children().get(0).lastFailure();
    restart();
    assertThat(failure).contains("failure 9 in a row");
    assertThat(fleet.status().children().get(0).lastFailure()).isEqualTo(failure);
    assertThat(fleet.status().children().get(0).state()).isEqualTo(State.WAITING);
  }

  @Test
  void whenever_it_restarts_none_is_lost_doubled_or_forgotten() {
    long seed = 20261122;
    Random random = new Random(seed);
    int desired = 0;
    for (int turn = 0; turn < 2_000; turn++) {
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          desired = random.nextInt(8);
          resize(desired, turn);
        }
        case 2 -> restart();
        case 3 ->
          children.launched.stream()
              .filter(child -> child.alive)
              .skip(random.nextInt(4))
              .findFirst()
              .ifPresent(child -> child.exit(1, ""));
        case 4 ->
          children.launched.stream()
              .filter(child -> child.alive)
              .forEach(child -> child.obeysTerm = random.nextBoolean());
        default -> {}
      }
      run(random.nextInt(200));
      List<Fake> alive = children.launched.stream().filter(child -> child.alive).toList();
      assertThat(alive)
          .as("seed %d turn %d", seed, turn)
          .allMatch(child -> fleet.status().children().stream()
              .anyMatch(known -> known.id().equals(child.id) && known.pid() == child.pid));
      assertThat(alive).extracting(child -> child.port).doesNotHaveDuplicates();
      assertThat(children.launched).extracting(child -> child.id).doesNotHaveDuplicates();
      assertThat(fleet.status().children().stream()
              .filter(child -> child.state() != State.DRAINING)
              .count())
          .as("seed %d turn %d", seed, turn)
          .isEqualTo(desired);
    }
  }

  @Test
  void children_of_another_spec_are_replaced_one_by_one_after_a_restart() {
    resize(2, 1);
    run(100);
    List<Fake> old = List.copyOf(children.launched);
    fleet = new Fleet(
        spec.withCommand(List.of("serve", "--new")),
        children,
        new Ports(port -> true),
        new Random(8),
        written::add,
        TestDoor.none());
    adopt();
    assertThat(fleet.status().rollout()).isEqualTo("going on with 2 of an earlier spec");
    run(0);
    assertThat(old).allMatch(child -> HealthCheck.tcp().equals(child.askedBy));
    run(3_000);
    assertThat(old).noneMatch(child -> child.alive);
    assertThat(fleet.replicas().ready()).isEqualTo(2);
  }

  @Test
  void a_child_that_the_journal_does_not_know_is_not_scaled_in() throws IOException {
    ProcessIdentity self = Processes.self();
    PidFile child = new PidFile(self, 20_001, "abc");
    Files.createSymbolicLink(PidFile.path(folder, "orders-x-1"), Path.of(child.toString()));
    Files.writeString(folder.resolve("journal"), "garbage");
    try (StateFolder state = StateFolder.open(folder)) {
      Adoption adoption = Adoption.of(state, START);
      assertThat(adoption.living()).containsExactly(Map.entry("orders-x-1", self));
      assertThat(adoption.journal().desired()).isEqualTo(1);
      Journal.Entry entry = adoption.journal().members().get(0);
      assertThat(entry.port()).isEqualTo(20_001);
      assertThat(entry.fingerprint()).isEqualTo("abc");
      assertThat(entry.state()).isEqualTo(State.STARTING);
      assertThat(entry.startedAt()).isBefore(Instant.now());
      state.write(adoption.journal());
      assertThat(Adoption.of(state, START)).isEqualTo(adoption);
    }
  }

  @Test
  void a_journal_that_names_a_recycled_process_names_nobody() throws IOException {
    ProcessIdentity self = Processes.self();
    ProcessIdentity recycled = new ProcessIdentity(self.pid(), self.startTicks() - 7, self.boot());
    try (StateFolder state = StateFolder.open(folder)) {
      state.write(journal(entry("orders-x-1", recycled)));
      Adoption adoption = Adoption.of(state, START);
      assertThat(adoption.living()).isEmpty();
      assertThat(adoption.journal().desired()).isEqualTo(1);
      assertThat(PidFile.path(folder, "orders-x-1")).doesNotExist();
    }
  }

  @Test
  void an_intent_that_has_not_come_to_life_never_will() throws IOException {
    try (StateFolder state = StateFolder.open(folder)) {
      state.write(journal(entry("orders-x-1", null)));
      assertThat(Adoption.of(state, START).living()).isEmpty();
      assertThat(Files.readSymbolicLink(PidFile.path(folder, "orders-x-1")).toString())
          .startsWith("abandoned.");
    }
  }

  private static Journal journal(Journal.Entry entry) {
    return new Journal(1, 1, 1, 0, 0, List.of(entry));
  }

  private static Journal.Entry entry(String id, @Nullable ProcessIdentity process) {
    return new Journal.Entry(
        id, 1, 20_001, process, State.STARTING, START, null, 0, 0, null, "abc", "");
  }

  private Fleet newFleet() {
    return new Fleet(
        spec,
        children,
        new Ports(port -> true),
        new Random(7 + written.size()),
        written::add,
        TestDoor.none());
  }

  private void restart() {
    fleet = newFleet();
    adopt();
  }

  private void adopt() {
    Map<String, Fake> alive = new HashMap<>();
    children.launched.stream()
        .filter(child -> child.alive)
        .forEach(child -> alive.put(child.id, child));
    Journal last = written.isEmpty() ? Journal.EMPTY : written.get(written.size() - 1);
    fleet.restore(last, entry -> alive.get(entry.id()), at(), nanos());
  }

  private void resize(int desired, long epoch) {
    fleet.resize(desired, List.of(), epoch, at(), nanos());
  }

  private void run(long duration) {
    long end = millis + duration;
    while (millis < end) {
      millis = Math.min(end, millis + 50);
      fleet.step(at(), nanos());
    }
    fleet.step(at(), nanos());
  }

  private Instant at() {
    return START.plusMillis(millis);
  }

  private long nanos() {
    return Long.MAX_VALUE - 1_000_000 + millis * 1_000_000;
  }
}
