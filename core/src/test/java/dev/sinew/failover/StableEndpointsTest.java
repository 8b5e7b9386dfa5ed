// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StableEndpointsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long TEN_MINUTES = 600 * SECOND;

  private final StableEndpoints<String> stable = new StableEndpoints<>();
  private final Set<String> serving = new HashSet<>();

  @Test
  void a_first_list_is_used_as_it_is() {
    assertThat(list("a", "b", "a")).containsExactly("a", "b");
    assertThat(stable.doubting()).isFalse();
    assertThat(list("c")).containsExactly("c");
    assertThat(stable.doubts()).isZero();
  }

  @Test
  void an_empty_list_changes_nothing_however_long_it_lasts() {
    known("a", "b");
    assertThat(list()).containsExactly("a", "b");
    assertThat(list()).containsExactly("a", "b");
    assertThat(stable.doubting()).isTrue();
    assertThat(stable.doubts()).isEqualTo(1);
    serving.clear();
    assertThat(review(2 * TEN_MINUTES)).containsExactly("a", "b");
    assertThat(list("b")).containsExactly("b");
    assertThat(stable.doubting()).isFalse();
  }

  @Test
  void an_empty_first_list_is_no_doubt() {
    assertThat(list()).isEmpty();
    assertThat(stable.doubts()).isZero();
  }

  @Test
  void ordinary_scale_in_acts_at_once_down_to_the_last_replica() {
    known("a", "b", "c", "d", "e", "f", "g");
    for (int left = 6; left >= 1; left--) {
      String[] names = {"a", "b", "c", "d", "e", "f"};
      assertThat(list(List.of(names).subList(0, left).toArray(String[]::new))).hasSize(left);
    }
    assertThat(stable.doubts()).isZero();
  }

  @Test
  void less_than_half_may_vanish_at_once() {
    known("a", "b", "c", "d", "e", "f", "g", "h");
    assertThat(list("a", "b", "c", "d", "e")).containsExactly("a", "b", "c", "d", "e");
    assertThat(stable.doubts()).isZero();
  }

  @Test
  void half_that_vanish_at_once_stay_while_they_serve() {
    known("a", "b", "c", "d");
    assertThat(list("a", "b")).containsExactly("a", "b", "c", "d");
    assertThat(stable.retained()).containsOnly("c", "d");
    assertThat(stable.doubts()).isEqualTo(1);
    assertThat(review(TEN_MINUTES - 1)).hasSize(4);
    assertThat(review(TEN_MINUTES)).containsExactly("a", "b");
    assertThat(stable.doubting()).isFalse();
  }

  @Test
  void six_of_eight_that_drain_leave_one_by_one() {
    known("a", "b", "c", "d", "e", "f", "g", "h");
    assertThat(list("a", "b")).hasSize(8);
    for (String gone : List.of("c", "d", "e", "f")) {
      serving.remove(gone);
      assertThat(review(SECOND)).doesNotContain(gone);
    }
    assertThat(review(SECOND)).containsExactly("a", "b", "g", "h");
    serving.remove("g");
    assertThat(review(SECOND)).containsExactly("a", "b", "h");
    serving.remove("h");
    assertThat(review(SECOND)).containsExactly("a", "b");
    assertThat(stable.doubting()).isFalse();
  }

  @Test
  void of_half_that_vanished_the_rest_stays_when_one_dies() {
    known("a", "b", "c", "d");
    assertThat(list("a", "b")).hasSize(4);
    serving.remove("c");
    assertThat(review(SECOND)).containsExactly("a", "b", "d");
    assertThat(list("a", "b")).containsExactly("a", "b", "d");
    serving.remove("a");
    assertThat(review(SECOND)).containsExactly("a", "b", "d");
    assertThat(review(SECOND + TEN_MINUTES)).containsExactly("a", "b");
  }

  @Test
  void replicas_that_drained_before_they_vanished_are_not_missed() {
    known("a", "b", "c", "d", "e", "f", "g", "h");
    serving.retainAll(Set.of("a", "b"));
    assertThat(list("a", "b")).containsExactly("a", "b");
    assertThat(stable.doubts()).isZero();
  }

  @Test
  void one_that_is_listed_again_is_an_ordinary_one_again() {
    known("a", "b", "c", "d");
    List<String> unused = list("a");
    assertThat(list("a", "b", "c", "d")).containsExactly("a", "b", "c", "d");
    assertThat(stable.doubting()).isFalse();
    assertThat(stable.doubts()).isEqualTo(1);
  }

  @Test
  void wrong_addresses_replace_nothing_that_serves() {
    known("a", "b", "c");
    assertThat(list("x", "y", "z")).containsExactly("x", "y", "z", "a", "b", "c");
    assertThat(review(2 * TEN_MINUTES)).hasSize(6);
    serving.remove("a");
    assertThat(review(3 * TEN_MINUTES)).containsExactly("x", "y", "z", "b", "c");
  }

  @Test
  void a_replacement_takes_over_when_more_than_half_of_it_serves() {
    known("a", "b", "c", "d");
    List<String> unused = list("w", "x", "y", "z");
    serving.addAll(List.of("w", "x"));
    assertThat(review(SECOND)).hasSize(8);
    serving.add("y");
    assertThat(review(SECOND)).containsExactly("w", "x", "y", "z");
  }

  @Test
  void the_only_replica_stays_until_its_successor_serves() {
    known("a");
    assertThat(list("b")).containsExactly("b", "a");
    serving.add("b");
    assertThat(review(SECOND)).containsExactly("b");
  }

  @Test
  void the_last_one_that_serves_is_not_dropped_for_one_that_failed() {
    known("a", "b");
    serving.remove("b");
    assertThat(list("b")).containsExactly("b", "a");
    serving.add("b");
    assertThat(review(SECOND)).containsExactly("b");
  }

  @Test
  void shrinking_again_while_in_doubt_does_not_lower_what_has_to_be_proven() {
    known("a", "b", "c", "d", "e", "f", "g", "h");
    List<String> unused = list("a", "b", "c");
    assertThat(list("a")).hasSize(8);
    assertThat(stable.retained()).hasSize(7);
    assertThat(stable.doubts()).isEqualTo(2);
  }

  @Test
  void every_other_list_in_doubt_counts_and_the_same_again_does_not() {
    known("a", "b");
    List<String> unused = list("x");
    unused = list("x");
    assertThat(stable.doubts()).isEqualTo(1);
    assertThat(list("y")).containsExactly("y", "a", "b");
    assertThat(stable.doubts()).isEqualTo(2);
  }

  /** Any lists, and connections that come and go as they please. */
  @Test
  void whatever_happens_one_that_serves_is_used_if_any_known_one_serves() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      StableEndpoints<Integer> any = new StableEndpoints<>();
      Set<Integer> up = new HashSet<>();
      List<Integer> use = List.of();
      List<Integer> list = List.of();
      long now = 0;
      for (int step = 0; step < 200; step++) {
        now += random.nextInt(60) * SECOND;
        Set<Integer> before = new HashSet<>(use);
        if (random.nextInt(3) == 0) {
          list = randomList(random);
          use = any.listed(list, up::contains, now);
        } else {
          // Only what is in use has a connection that can change.
          for (Integer each : use) {
            boolean unused = random.nextBoolean() ? up.add(each) : up.remove(each);
          }
          before.retainAll(up);
          use = any.review(up::contains, now);
        }
        String at = "seed " + seed + " step " + step;
        before.retainAll(up);
        assertThat(use).as(at).doesNotHaveDuplicates();
        assertThat(before.isEmpty() || use.stream().anyMatch(up::contains))
            .as(at)
            .isTrue();
        assertThat(up).as(at).containsAll(any.retained());
        if (!list.isEmpty()) {
          assertThat(use).as(at).containsAll(list);
        }
        up.retainAll(new HashSet<>(use));
      }
    }
  }

  private static List<Integer> randomList(Random random) {
    List<Integer> list = new ArrayList<>();
    int from = random.nextInt(12);
    int size = random.nextInt(4) == 0 ? 0 : random.nextInt(10);
    for (int i = 0; i < size; i++) {
      list.add(from + i);
    }
    return list;
  }

  private void known(String... names) {
    List<String> unused = list(names);
    serving.addAll(List.of(names));
  }

  private List<String> list(String... names) {
    return stable.listed(List.of(names), serving::contains, 0);
  }

  private List<String> review(long nowNanos) {
    return stable.review(serving::contains, nowNanos);
  }
}
