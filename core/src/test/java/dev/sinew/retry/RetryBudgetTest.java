// SPDX-License-Identifier: Apache-2.0
package dev.sinew.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.Concurrently;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void grants_the_reserve_without_any_call() {
    assertThat(granted(RetryBudget.of(10, 3), 0, 10)).isEqualTo(3);
    assertThat(granted(RetryBudget.of(0, 0), 0, 10)).isZero();
  }

  @Test
  void grants_a_percentage_of_the_calls() {
    RetryBudget budget = RetryBudget.of(20, 0);
    calls(budget, 0, 50);
    assertThat(granted(budget, 0, 100)).isEqualTo(10);
    assertThat(granted(budget, 9 * SECOND, 100)).isZero();
  }

  @Test
  void the_share_left_falls_with_each_retry_and_comes_back_with_time() {
    RetryBudget budget = RetryBudget.of(10, 10);
    assertThat(budget.left(0)).isEqualTo(1);
    assertThat(granted(budget, 0, 5)).isEqualTo(5);
    assertThat(budget.left(0)).isEqualTo(0.5);
    calls(budget, 0, 100);
    assertThat(budget.left(0)).isEqualTo(0.75);
    assertThat(granted(budget, 0, 100)).isEqualTo(15);
    assertThat(budget.left(0)).isZero();
    // The calls are forgotten a slot before the retries: nothing is left, and never less than that.
    assertThat(budget.left(10 * SECOND)).isZero();
    assertThat(budget.left(11 * SECOND)).isEqualTo(1);
  }

  @Test
  void a_budget_that_never_grants_has_no_share() {
    assertThat(RetryBudget.of(0, 0).left(0)).isNaN();
    assertThat(RetryBudget.of(10, 0).left(0)).isZero();
  }

  @Test
  void calls_and_retries_of_ten_seconds_ago_are_forgotten() {
    RetryBudget budget = RetryBudget.of(20, 2);
    calls(budget, 0, 50);
    assertThat(granted(budget, 0, 100)).isEqualTo(12);
    assertThat(granted(budget, 10 * SECOND, 100)).isZero();
    assertThat(granted(budget, 11 * SECOND, 100)).isEqualTo(2);
    assertThat(granted(budget, 1_000_000 * SECOND, 100)).isEqualTo(2);
  }

  @Test
  void in_a_storm_the_bound_holds_over_the_ten_seconds_before_any_retry() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int percent = random.nextInt(101);
      int reserve = random.nextInt(20);
      RetryBudget budget = RetryBudget.of(percent, reserve);
      List<Long> calls = new ArrayList<>();
      List<Long> retries = new ArrayList<>();
      long now = random.nextLong(100 * SECOND) - 50 * SECOND;
      for (int i = 0; i < 4_000; i++) {
        now += random.nextInt(50) == 0 ? random.nextLong(3 * SECOND) : random.nextLong(SECOND / 50);
        if (random.nextInt(3) == 0) {
          budget.called(now);
          calls.add(now);
        } else if (budget.tryRetry(now)) {
          retries.add(now);
          int recent = since(calls, now - 10 * SECOND);
          assertThat(since(retries, now - 10 * SECOND))
              .as("seed %d, step %d", seed, i)
              .isLessThanOrEqualTo((int) (percent * recent / 100.0 + reserve));
        }
      }
      assertThat(retries).as("seed %d", seed).isNotEmpty();
    }
  }

  @Test
  void a_steady_stream_gets_what_it_was_promised() {
    RetryBudget budget = RetryBudget.of(10, 0);
    int granted = 0;
    for (int i = 0; i < 60_000; i++) {
      budget.called(i * SECOND / 1000);
      granted += budget.tryRetry(i * SECOND / 1000) ? 1 : 0;
    }
    assertThat(granted).isBetween(5_000, 6_000);
  }

  @Test
  void time_that_goes_backwards_gives_nothing_away() {
    RetryBudget budget = RetryBudget.of(0, 5);
    int granted = 0;
    for (long now = 1000 * SECOND; now > 0; now -= SECOND) {
      granted += granted(budget, now, 3);
    }
    assertThat(granted).isEqualTo(5);
    assertThat(granted(budget, 1011 * SECOND, 10)).isEqualTo(5);
  }

  @Test
  void the_ends_of_time_are_survived() {
    RetryBudget budget = RetryBudget.of(0, 1);
    assertThat(granted(budget, Long.MIN_VALUE, 2)).isEqualTo(1);
    assertThat(granted(budget, Long.MAX_VALUE, 2)).isEqualTo(1);
  }

  @Test
  void eight_threads_together_get_no_more() throws Exception {
    RetryBudget budget = RetryBudget.of(10, 10);
    AtomicInteger granted = new AtomicInteger();
    Concurrently.run(8, thread -> calls(budget, 0, 1_000));
    Concurrently.run(8, thread -> granted.addAndGet(granted(budget, SECOND, 1_000)));
    assertThat(granted).hasValue(810);
  }

  @Test
  void impossible_budgets_are_refused() {
    assertThatThrownBy(() -> RetryBudget.of(101, 0))
        .hasMessage("retry.budget.percent: 101.0 (expected: 0 to 100)");
    assertThatThrownBy(() -> RetryBudget.of(Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RetryBudget.of(10, -1))
        .hasMessage("retry.budget.reserve: -1 (expected: 0 to 1000)");
  }

  private static void calls(RetryBudget budget, long nowNanos, int count) {
    for (int i = 0; i < count; i++) {
      budget.called(nowNanos);
    }
  }

  private static int granted(RetryBudget budget, long nowNanos, int asked) {
    int granted = 0;
    for (int i = 0; i < asked; i++) {
      granted += budget.tryRetry(nowNanos) ? 1 : 0;
    }
    return granted;
  }

  /** How many of the ascending times lie after a time. */
  private static int since(List<Long> times, long after) {
    int i = times.size();
    while (i > 0 && times.get(i - 1) > after) {
      i--;
    }
    return times.size() - i;
  }
}
