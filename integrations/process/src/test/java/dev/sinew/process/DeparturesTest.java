// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.process.FakeChildren.Fake;
import dev.sinew.process.FleetStatus.ChildStatus;
import dev.sinew.process.FleetStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How members leave a fleet that has somebody at the door; the grace is 10 s. */
final class DeparturesTest {
  private final ProcessSpec spec = spec("serve").build();
  private final FakeChildren children = new FakeChildren();
  private final TestDoor door = new TestDoor();
  private final List<Journal> written = new ArrayList<>();
  private Fleet fleet = fleet();
  private long millis;

  @Test
  void the_door_hears_of_a_replica_when_it_serves_and_when_it_does_no_more() {
    children.serving = false;
    resize(1);
    Fake child = children.launched.get(0);
    run(3_000);
    assertThat(door.words()).isEmpty();
    child.serving = true;
    run(100);
    child.serving = false;
    run(6_000);
    child.serving = true;
    run(1_000);
    assertThat(door.words())
        .containsExactly("ready " + child.id, "unready " + child.id, "ready " + child.id);
  }

  @Test
  void a_victim_gets_term_when_the_door_lets_it_go_and_not_before() {
    Fake victim = readyFleet(2).get(1);
    victim.obeysTerm = false;
    resize(1);
    run(7_000);
    assertThat(victim.terminated).isFalse();
    assertThat(states()).containsExactly(State.READY, State.DRAINING);
    assertThat(fleet.replicas().in(Replica.State.DRAINING)).hasSize(1);
    door.letGo(victim.id);
    run(0);
    assertThat(victim.terminated).isTrue();
    // From SIGTERM on it has the whole grace.
    run(9_900);
    assertThat(victim.killed).isFalse();
    run(150);
    assertThat(victim.killed).isTrue();
    run(0);
    assertThat(door.words()).endsWith("leaving " + victim.id, "gone " + victim.id);
  }

  @Test
  void a_door_that_never_answers_holds_a_victim_for_the_grace_and_it_is_gone_in_twice_that() {
    Fake victim = readyFleet(1).get(0);
    victim.obeysTerm = false;
    resize(0);
    run(9_900);
    assertThat(victim.terminated).isFalse();
    run(150);
    assertThat(victim.terminated).isTrue();
    run(9_800);
    assertThat(victim.killed).isFalse();
    run(200);
    assertThat(victim.killed).isTrue();
    run(0);
    assertThat(fleet.empty()).isTrue();
  }

  @Test
  void a_door_that_fails_is_treated_as_one_that_does_not_answer() {
    Fake victim = readyFleet(1).get(0);
    resize(0);
    door.fail(victim.id);
    run(9_900);
    assertThat(victim.terminated).isFalse();
    run(150);
    assertThat(victim.terminated).isTrue();
  }

  @Test
  void a_door_that_throws_at_each_word_stops_nothing() {
    door.defect = new IllegalStateException("broken");
    List<Fake> all = readyFleet(2);
    all.get(0).exit(1, "");
    run(300);
    assertThat(fleet.replicas().ready()).isEqualTo(2);
    resize(0);
    run(20_100);
    assertThat(fleet.empty()).isTrue();
    assertThat(fleet.status().kills()).isZero();
    assertThat(door.words()).contains("gone " + all.get(0).id, "gone " + all.get(1).id);
  }

  @Test
  void one_that_was_never_at_the_door_goes_at_once() {
    children.serving = false;
    resize(1);
    run(100);
    resize(0);
    assertThat(children.launched.get(0).terminated).isTrue();
    run(0);
    assertThat(door.words()).containsExactly("gone " + children.launched.get(0).id);
  }

  @Test
  void a_crash_is_told_at_once_and_its_successor_when_it_is_ready() {
    Fake dead = readyFleet(1).get(0);
    dead.exit(137, "");
    run(300);
    assertThat(door.words())
        .containsExactly(
            "ready " + dead.id, "gone " + dead.id, "ready " + children.launched.get(1).id);
  }

  @Test
  void what_the_door_is_told_was_written_before() {
    door.before = this::assertWritten;
    List<Fake> all = readyFleet(2);
    resize(1);
    assertThat(written.get(written.size() - 1).members().get(1).state()).isEqualTo(State.DRAINING);
    door.letGo(all.get(1).id);
    run(100);
    all.get(0).exit(1, "");
    run(100);
    assertThat(door.words()).contains("gone " + all.get(0).id, "gone " + all.get(1).id);
  }

  @Test
  void a_victim_that_is_needed_again_stays_unless_it_has_got_term() {
    List<Fake> all = readyFleet(3);
    all.get(1).obeysTerm = false;
    fleet.resize(1, List.of(all.get(1).id, all.get(2).id), 1, at(), nanos());
    door.letGo(all.get(1).id);
    run(0);
    resize(3);
    run(100);
    assertThat(children.launched).hasSize(4);
    assertThat(all.get(1).terminated).isTrue();
    assertThat(all.get(2).terminated).isFalse();
    assertThat(fleet.replicas().ready()).isEqualTo(3);
    assertThat(fleet.status().restarts()).isZero();
    assertThat(door.words()).contains("leaving " + all.get(2).id);
    assertThat(door.words().lastIndexOf("ready " + all.get(2).id))
        .isGreaterThan(door.words().indexOf("leaving " + all.get(2).id));
    // What the door says of the time before counts no more.
    door.letGo(all.get(2).id);
    run(40_000);
    assertThat(all.get(2).terminated).isFalse();
    assertThat(states()).containsOnly(State.READY);
  }

  @Test
  void a_victim_that_froze_does_not_stay_ready_by_an_old_answer() {
    Fake victim = readyFleet(1).get(0);
    resize(0);
    victim.serving = false;
    resize(1);
    run(5_000);
    assertThat(states()).containsExactly(State.UNREADY);
    assertThat(door.words()).containsExactly("ready " + victim.id, "leaving " + victim.id);
  }

  @Test
  void the_next_controller_tells_the_door_again_and_finishes_what_was_begun() {
    List<Fake> all = readyFleet(3);
    all.get(2).obeysTerm = false;
    resize(2);
    run(4_000);
    all.get(1).exit(1, "");
    door.heard.clear();
    restart();
    assertThat(door.words())
        .containsExactly(
            "ready " + all.get(0).id,
            "gone " + all.get(1).id,
            "ready " + all.get(2).id,
            "leaving " + all.get(2).id);
    assertThat(all.get(2).terminated).isFalse();
    run(5_900);
    assertThat(all.get(2).terminated).isFalse();
    run(200);
    assertThat(all.get(2).terminated).isTrue();
    run(9_800);
    assertThat(all.get(2).killed).isFalse();
    run(200);
    assertThat(all.get(2).killed).isTrue();
  }

  @Test
  void one_that_had_got_term_gets_it_again_from_the_next_controller_without_waiting() {
    Fake victim = readyFleet(1).get(0);
    victim.obeysTerm = false;
    resize(0);
    door.letGo(victim.id);
    run(3_000);
    victim.terminated = false;
    restart();
    assertThat(victim.terminated).isTrue();
    run(6_900);
    assertThat(victim.killed).isFalse();
    run(200);
    assertThat(victim.killed).isTrue();
  }

  @Test
  void in_a_roll_out_each_of_the_earlier_ones_leaves_by_the_door() {
    List<Fake> old = List.copyOf(readyFleet(2));
    fleet.update(spec("serve", "--new").build(), at(), nanos());
    run(1_000);
    assertThat(fleet.replicas().ready()).isEqualTo(2);
    assertThat(old.get(0).terminated).isFalse();
    assertThat(door.words()).endsWith("leaving " + old.get(0).id);
    door.open = true;
    door.letGo(old.get(0).id);
    run(3_000);
    assertThat(old).noneMatch(child -> child.alive);
    assertThat(door.words())
        .containsSubsequence(
            "leaving " + old.get(0).id,
            "gone " + old.get(0).id,
            "leaving " + old.get(1).id,
            "gone " + old.get(1).id);
    assertThat(fleet.status().rollout()).isEmpty();
  }

  @Test
  void stopping_asks_the_door_but_waits_no_longer_than_said() {
    List<Fake> all = readyFleet(2);
    all.forEach(child -> child.obeysTerm = false);
    resize(1);
    run(1_000);
    fleet.stop(1_000_000_000L, 2_000_000_000L, at(), nanos());
    assertThat(door.words()).contains("leaving " + all.get(0).id, "leaving " + all.get(1).id);
    run(900);
    assertThat(all).noneMatch(child -> child.terminated);
    run(150);
    assertThat(all).allMatch(child -> child.terminated);
    run(1_800);
    assertThat(all).noneMatch(child -> child.killed);
    run(200);
    assertThat(all).allMatch(child -> child.killed);
  }

  @Test
  void whatever_happens_the_door_never_keeps_one_that_is_gone_and_term_waits_for_its_word() {
    long seed = 20261123;
    Random random = new Random(seed);
    for (int turn = 0; turn < 3_000; turn++) {
      switch (random.nextInt(12)) {
        case 0, 1 -> resize(random.nextInt(8));
        case 2 -> restart();
        case 3 -> any(random, child -> child.exit(1, ""));
        case 4 -> any(random, child -> child.serving = !child.serving);
        case 5 -> any(random, child -> child.obeysTerm = !child.obeysTerm);
        case 6 -> door.leaving.values().forEach(stage -> stage.complete(null));
        case 7 -> door.open = random.nextBoolean();
        default -> {}
      }
      run(random.nextInt(400));
      String where = "seed " + seed + " turn " + turn;
      Map<String, String> last = new HashMap<>();
      door.heard.forEach(word -> last.put(word.id(), word.what()));
      for (Fake child : children.launched) {
        String word = last.getOrDefault(child.id, "nothing");
        if (!child.alive && child.released) {
          assertThat(word).as("%s: %s", where, child.id).isEqualTo("gone");
        } else if (child.alive) {
          assertThat(word).as("%s: %s", where, child.id).isNotEqualTo("gone");
        }
      }
      for (ChildStatus child : fleet.status().children()) {
        String word = last.getOrDefault(child.id(), "nothing");
        if (child.state() == State.READY) {
          assertThat(word).as("%s: %s", where, child.id()).isEqualTo("ready");
        } else if (child.state() == State.DRAINING || child.state() == State.UNREADY) {
          assertThat(word).as("%s: %s", where, child.id()).isNotEqualTo("ready");
        }
      }
    }
    assertThat(door.words()).hasSizeGreaterThan(500);
  }

  private void any(Random random, Consumer<Fake> what) {
    List<Fake> alive = children.launched.stream().filter(child -> child.alive).toList();
    if (!alive.isEmpty()) {
      what.accept(alive.get(random.nextInt(alive.size())));
    }
  }

  private void assertWritten() {
    Map<String, State> states = new HashMap<>();
    fleet.status().children().forEach(child -> states.put(child.id(), child.state()));
    Map<String, State> last = new HashMap<>();
    written.get(written.size() - 1).members().forEach(entry -> last.put(entry.id(), entry.state()));
    assertThat(last).isEqualTo(states);
  }

  private List<Fake> readyFleet(int size) {
    resize(size);
    run(100);
    assertThat(fleet.replicas().ready()).isEqualTo(size);
    return children.launched;
  }

  private static ProcessSpec.Builder spec(String... command) {
    return ProcessSpec.builder("orders", List.of(command), Path.of("logs"))
        .drainGrace(Duration.ofSeconds(10));
  }

  private Fleet fleet() {
    return new Fleet(
        spec,
        children,
        new Ports(port -> true),
        new Random(7 + written.size()),
        written::add,
        door.door());
  }

  private void restart() {
    fleet = fleet();
    Map<String, Fake> alive = new HashMap<>();
    children.launched.stream()
        .filter(child -> child.alive)
        .forEach(child -> alive.put(child.id, child));
    Journal last = written.isEmpty() ? Journal.EMPTY : written.get(written.size() - 1);
    fleet.restore(last, entry -> alive.get(entry.id()), at(), nanos());
  }

  private void resize(int desired) {
    fleet.resize(desired, List.of(), 1, at(), nanos());
    run(0);
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
    return Instant.ofEpochMilli(1_000_000 + millis);
  }

  private long nanos() {
    return Long.MAX_VALUE - 1_000_000 + millis * 1_000_000;
  }

  private List<State> states() {
    return fleet.status().children().stream().map(ChildStatus::state).toList();
  }
}
