// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class QueryPacerTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long START = -5 * SECOND;

  private final QueryPacer pacer = new QueryPacer(QueryPacer.BACKOFF);

  @Test
  void a_rare_change_is_followed_at_once() {
    for (int i = 0; i < 100; i++) {
      assertThat(pacer.good(START + i * SECOND, 0)).isEqualTo(50_000_000);
    }
  }

  @Test
  void a_flood_of_changes_is_followed_four_times_a_second_in_the_long_run() {
    assertThat(queriesIn(600 * SECOND, now -> pacer.good(now, 0))).isBetween(2_400, 2_422);
  }

  @Test
  void a_large_answer_takes_a_tenth_of_the_time() {
    assertThat(pacer.good(START, SECOND / 5)).isEqualTo(2 * SECOND);
  }

  @Test
  void queries_that_do_not_block_end_at_one_in_15_seconds_after_a_burst_of_two() {
    assertThat(pacer.early(START)).isEqualTo(50_000_000);
    assertThat(pacer.early(START + 50_000_000)).isEqualTo(15 * SECOND - 50_000_000);
    QueryPacer other = new QueryPacer(QueryPacer.BACKOFF);
    assertThat(queriesIn(600 * SECOND, other::early)).isBetween(40, 42);
  }

  @Test
  void an_index_that_falls_once_is_followed_at_once() {
    assertThat(pacer.fell(START)).isEqualTo(50_000_000);
  }

  @Test
  void an_index_that_falls_again_and_again_costs_one_query_in_15_seconds() {
    int[] state = {0};
    // Beyond 7: 3, which fell. Afresh: 3. Beyond 3: 7.
    int queries =
        queriesIn(900 * SECOND, now -> state[0]++ % 3 == 2 ? pacer.fell(now) : pacer.good(now, 0));
    assertThat(queries).isBetween(57, 63);
  }

  @Test
  void after_errors_the_wait_grows_to_30_seconds_on_average() {
    SplittableRandom random = new SplittableRandom(1);
    assertThat(pacer.failed(1, random)).isBetween(125_000_000L, 375_000_000L);
    assertThat(pacer.failed(1, random)).isBetween(250_000_000L, 750_000_000L);
    for (int i = 0; i < 10; i++) {
      pacer.failed(1, random);
    }
    long sum = 0;
    for (int i = 0; i < 1_000; i++) {
      long wait = pacer.failed(1, random);
      assertThat(wait).isBetween(15 * SECOND, 45 * SECOND);
      sum += wait;
    }
    assertThat(sum / 1_000).isBetween(29 * SECOND, 31 * SECOND);
    assertThat(pacer.failures()).isEqualTo(1_012);
    pacer.good(START, 0);
    assertThat(pacer.failures()).isZero();
  }

  @Test
  void further_agents_are_tried_before_the_wait_grows() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 1; round <= 5; round++) {
      assertThat(pacer.failed(3, random)).isLessThan(SECOND / 2);
      assertThat(pacer.failed(3, random)).isLessThan(SECOND / 2);
      assertThat(pacer.failed(3, random)).isGreaterThanOrEqualTo((SECOND / 8) << (round - 1));
    }
  }

  @Test
  void a_thousand_clients_that_failed_together_do_not_come_back_together() {
    for (int seed = 1; seed <= 5; seed++) {
      int[] perSecond = new int[600];
      for (int client = 0; client < 1_000; client++) {
        SplittableRandom random = new SplittableRandom(seed * 10_000L + client);
        QueryPacer one = new QueryPacer(QueryPacer.BACKOFF);
        long now = 0;
        while (now < 600 * SECOND) {
          perSecond[(int) (now / SECOND)]++;
          now += one.failed(1, random);
        }
      }
      // One per 30 s and client is 33 a second; the first two minutes are those of the growth.
      for (int second = 120; second < 600; second++) {
        assertThat(perSecond[second]).as("seed=%d second=%d", seed, second).isLessThan(100);
      }
    }
  }

  private static int queriesIn(long nanos, LongUnaryOperator pause) {
    int queries = 0;
    for (long now = START; now < START + nanos; now += pause.applyAsLong(now)) {
      queries++;
    }
    return queries;
  }
}
