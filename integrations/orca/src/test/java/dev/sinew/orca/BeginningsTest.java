// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class BeginningsTest {
  private static final int MOST = Beginnings.MOST_UNDER_WAY;

  private final Queue<Runnable> now = new ArrayDeque<>();
  private final Queue<Runnable> aSecondLater = new ArrayDeque<>();
  private final List<Runnable> begun = new ArrayList<>();
  private final Beginnings beginnings = new Beginnings(now::add, aSecondLater::add);

  @Test
  void one_begins_at_once_but_not_before_what_is_due() {
    add(1);
    assertThat(begun).isEmpty();
    run(now);
    assertThat(begun).hasSize(1);
  }

  @Test
  void so_many_are_under_way_and_no_more() {
    add(MOST + 10);
    run(now);
    assertThat(begun).hasSize(MOST);
  }

  @Test
  void one_that_succeeds_or_fails_gives_its_place_to_the_next_once() {
    add(MOST + 10);
    run(now);
    begun.get(0).run();
    begun.get(0).run();
    run(now);
    assertThat(begun).hasSize(MOST + 1);
    for (int i = 1; i <= MOST; i++) {
      begun.get(i).run();
    }
    run(now);
    assertThat(begun).hasSize(MOST + 10);
  }

  @Test
  void those_that_never_answer_keep_their_places_for_a_second_only() {
    add(3 * MOST);
    run(now);
    run(aSecondLater);
    run(now);
    assertThat(begun).hasSize(2 * MOST);
    begun.forEach(Runnable::run);
    run(now);
    assertThat(begun).hasSize(3 * MOST);
  }

  @Test
  void one_that_fails_at_once_and_is_added_anew_waits_its_turn() {
    beginnings.add(settled -> {
      settled.run();
      add(1);
    });
    add(1);
    run(now);
    assertThat(begun).hasSize(2);
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      beginnings.add(begun::add);
    }
  }

  private static void run(Queue<Runnable> tasks) {
    for (int left = tasks.size() + MOST; left > 0 && !tasks.isEmpty(); left--) {
      tasks.remove().run();
    }
  }
}
