// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityFailoverTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long TICK = SECOND / 2;
  private static final double UNKNOWN = Double.NaN;

  private final PriorityFailover failover = new PriorityFailover();
  private long now;

  /** The worked examples of Envoy's documentation are 100/0, 99/1 (here 99.4) and 70/30. */
  @ParameterizedTest
  @CsvSource({"100, 1", "72, 1", "71, 0.994", "50, 0.7", "25, 0.35", "0, 0"})
  void primaries_get_what_their_health_allows(int healthy, double share) {
    assertThat(primaries(tier(0, healthy, 100 - healthy), tier(1, 100, 0)))
        .isCloseTo(share, within(1e-9));
  }

  @Test
  void shares_that_do_not_reach_all_calls_are_scaled_up() {
    Spread spread = spread(tier(0, 25, 75), tier(1, 25, 75));
    assertThat(spread.share(0)).isCloseTo(0.5, within(1e-9));
    assertThat(spread.share(1)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void a_third_tier_takes_what_two_cannot() {
    Spread spread = spread(tier(0, 50, 50), tier(1, 10, 90), tier(5, 1, 0));
    assertThat(spread.share(0)).isCloseTo(0.7, within(1e-9));
    assertThat(spread.share(1)).isCloseTo(0.14, within(1e-9));
    assertThat(spread.share(5)).isCloseTo(0.16, within(1e-9));
  }

  @Test
  void the_only_tier_gets_everything_in_whatever_state_it_is() {
    assertThat(primaries(tier(0, 1, 9))).isEqualTo(1);
    assertThat(primaries(tier(0, 0, 9))).isEqualTo(1);
    assertThat(spread(tier(3, 1, 0)).share(3)).isEqualTo(1);
  }

  @Test
  void new_replicas_that_still_connect_take_no_share_away() {
    settle();
    assertThat(primaries(new Tier(0, 2, 0, 6, UNKNOWN), tier(1, 2, 0))).isEqualTo(1);
  }

  @Test
  void everything_is_on_the_backups_as_soon_as_no_primary_is_healthy() {
    settle();
    assertThat(primaries(tier(0, 0, 2), tier(1, 2, 0))).isZero();
  }

  @Test
  void primaries_return_in_small_steps_within_twenty_seconds() {
    settle();
    assertThat(primaries(tier(0, 0, 2), tier(1, 2, 0))).isZero();
    double before = 0;
    for (int tick = 1; tick <= 40; tick++) {
      now += TICK;
      double share = primaries(tier(0, 2, 0), tier(1, 2, 0));
      assertThat(share - before).isBetween(0.0, 0.025 + 1e-9);
      assertThat(share).isCloseTo(tick / 40.0, within(0.03));
      before = share;
    }
    now += TICK;
    assertThat(primaries(tier(0, 2, 0), tier(1, 2, 0))).isEqualTo(1);
  }

  @Test
  void primaries_that_return_while_no_backup_is_left_get_everything() {
    settle();
    Spread unused = spread(tier(0, 0, 2), tier(1, 2, 0));
    assertThat(primaries(tier(0, 1, 1), tier(1, 0, 2))).isEqualTo(1);
    now += TICK;
    assertThat(primaries(tier(0, 2, 0), tier(1, 0, 2))).isEqualTo(1);
  }

  @Test
  void primaries_that_were_not_even_listed_for_a_while_return_slowly_too() {
    settle();
    assertThat(spread(tier(1, 2, 0)).share(1)).isEqualTo(1);
    now += 100 * SECOND;
    assertThat(primaries(tier(0, 2, 0), tier(1, 2, 0))).isLessThanOrEqualTo(0.05);
  }

  @Test
  void a_long_silence_of_the_caller_is_no_large_step() {
    settle();
    Spread unused = spread(tier(0, 0, 2), tier(1, 2, 0));
    now += 3600 * SECOND;
    assertThat(primaries(tier(0, 2, 0), tier(1, 2, 0))).isLessThanOrEqualTo(0.05);
  }

  @Test
  void backups_that_are_added_to_primaries_with_a_past_take_nothing() {
    Spread unused = spread(tier(0, 4, 0));
    now += 60 * SECOND;
    unused = spread(tier(0, 1, 3));
    now += SECOND;
    unused = spread(tier(0, 4, 0));
    now += SECOND;
    assertThat(primaries(tier(0, 4, 0), tier(1, 2, 0))).isEqualTo(1);
  }

  @Test
  void at_the_start_calls_wait_a_second_for_primaries_that_connect() {
    Spread first = spread(new Tier(0, 0, 0, 2, UNKNOWN), tier(1, 2, 0));
    assertThat(first.awaiting()).isTrue();
    assertThat(first.share(0)).isEqualTo(1);
    now += SECOND;
    Spread later = spread(new Tier(0, 0, 0, 2, UNKNOWN), tier(1, 2, 0));
    assertThat(later.awaiting()).isFalse();
    assertThat(later.share(1)).isEqualTo(1);
    assertThat(primaries(tier(0, 2, 0), tier(1, 2, 0))).isEqualTo(1);
  }

  @Test
  void at_the_start_nothing_waits_for_primaries_that_failed() {
    Spread first = spread(tier(0, 0, 2), tier(1, 2, 0));
    assertThat(first.awaiting()).isFalse();
    assertThat(first.share(1)).isEqualTo(1);
  }

  @Test
  void primaries_that_come_up_long_after_the_start_are_cold() {
    Spread unused = spread(tier(0, 0, 2), tier(1, 2, 0));
    now += 300 * SECOND;
    assertThat(primaries(tier(0, 2, 0), tier(1, 2, 0))).isLessThanOrEqualTo(0.05);
  }

  @Test
  void flapping_primaries_do_not_make_traffic_flap() {
    settle();
    double highest = 0;
    Spread unused = spread(tier(0, 0, 2), tier(1, 2, 0));
    for (int tick = 0; tick < 100; tick++) {
      now += TICK;
      highest = Math.max(
          highest, primaries(tick % 2 == 0 ? tier(0, 2, 0) : tier(0, 0, 2), tier(1, 2, 0)));
    }
    assertThat(highest).isLessThanOrEqualTo(0.05);
  }

  @Test
  void nothing_to_spread_over_is_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> failover.spread(List.of(), 0));
  }

  /** Primaries for 1 unit of load, reports two seconds late, noise of a few percent. */
  @ParameterizedTest
  @CsvSource({"0.5", "0.8", "1.0", "1.2", "1.5", "3.0", "6.0"})
  void under_constant_load_the_share_settles_and_the_primaries_are_neither_full_nor_idle(
      double demand) {
    Random random = new Random(7);
    Deque<Double> reports = new ArrayDeque<>(List.of(0.0, 0.0, 0.0, 0.0));
    settle();
    List<Double> late = new ArrayList<>();
    for (int tick = 0; tick < 400; tick++) {
      now += TICK;
      double share =
          primaries(new Tier(0, 4, 0, 0, reports.removeFirst()), new Tier(1, 4, 0, 0, UNKNOWN));
      reports.add(Math.min(1, share * demand * (0.98 + 0.04 * random.nextDouble())));
      if (tick >= 120) {
        late.add(share);
      }
    }
    double lowest = late.stream().min(Double::compare).orElseThrow();
    double highest = late.stream().max(Double::compare).orElseThrow();
    assertThat(highest - lowest).as("seed 7").isLessThan(0.06 * highest);
    assertThat(highest * demand).isLessThan(0.95);
    assertThat(lowest).isGreaterThan(Math.min(0.999, 0.75 / demand));
  }

  @Test
  void when_the_load_falls_the_backups_are_left_again() {
    settle();
    double share = 1;
    for (int tick = 0; tick < 100; tick++) {
      now += TICK;
      share = primaries(new Tier(0, 4, 0, 0, Math.min(1, 2 * share)), tier(1, 4, 0));
    }
    assertThat(share).isBetween(0.3, 0.5);
    for (int tick = 0; tick < 100; tick++) {
      now += TICK;
      share = primaries(new Tier(0, 4, 0, 0, 0.5 * share), tier(1, 4, 0));
    }
    assertThat(share).isEqualTo(1);
  }

  @Test
  void unknown_load_neither_sends_calls_away_nor_brings_them_back() {
    settle();
    double share = primaries(new Tier(0, 4, 0, 0, 1), tier(1, 4, 0));
    assertThat(share).isCloseTo(0.7, within(1e-9));
    for (int tick = 0; tick < 100; tick++) {
      now += TICK;
      assertThat(primaries(tier(0, 4, 0), tier(1, 4, 0))).isEqualTo(share);
    }
  }

  @Test
  void full_primaries_without_a_healthy_backup_keep_everything_also_when_one_comes() {
    settle();
    for (int tick = 0; tick < 20; tick++) {
      now += TICK;
      assertThat(primaries(new Tier(0, 4, 0, 0, 1), tier(1, 0, 4))).isEqualTo(1);
    }
    assertThat(primaries(tier(0, 4, 0), tier(1, 4, 0))).isEqualTo(1);
  }

  @Test
  void whatever_happens_shares_add_up_and_go_to_the_healthy() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      PriorityFailover any = new PriorityFailover();
      long time = 20 * SECOND;
      Spread unused = any.spread(randomTiers(random), 0);
      for (int step = 0; step < 200; step++) {
        time += random.nextInt(2000) * 1_000_000L;
        List<Tier> tiers = randomTiers(random);
        Spread spread = any.spread(tiers, time);
        String at = "seed " + seed + " step " + step + " " + tiers + " " + spread;
        assertThat(spread.shares().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum())
            .as(at)
            .isCloseTo(1, within(1e-9));
        assertThat(spread.shares().values()).as(at).allMatch(share -> share >= 0);
        boolean someHealthy = tiers.stream().anyMatch(tier -> tier.healthy() > 0);
        for (Tier tier : tiers) {
          boolean fair = tier.healthy() > 0 || spread.share(tier.priority()) == 0;
          assertThat(fair || !someHealthy || spread.awaiting()).as(at).isTrue();
        }
      }
    }
  }

  @Test
  void whatever_primaries_do_they_get_no_large_share_suddenly_while_backups_can_bear_it() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      PriorityFailover any = new PriorityFailover();
      double before = any.spread(List.of(tier(0, 2, 0), tier(1, 2, 0)), 0).share(0);
      long time = 20 * SECOND;
      for (int step = 0; step < 200; step++) {
        long passed = random.nextInt(2000) * 1_000_000L;
        time += passed;
        Tier primaries = new Tier(
            0, random.nextInt(3), random.nextInt(3), random.nextInt(2), 1.2 * random.nextDouble());
        double share = any.spread(List.of(primaries, tier(1, 2, 0)), time).share(0);
        assertThat(share - before)
            .as("seed %d step %d %s", seed, step, primaries)
            .isLessThanOrEqualTo(0.05 * Math.min(1, passed / 1e9) + 1e-9);
        before = share;
      }
    }
  }

  private static List<Tier> randomTiers(Random random) {
    List<Tier> tiers = new ArrayList<>();
    for (int priority = 0; priority < 3; priority++) {
      if (random.nextInt(4) > 0 || (priority == 2 && tiers.isEmpty())) {
        tiers.add(new Tier(
            priority,
            random.nextInt(4),
            random.nextInt(4),
            random.nextInt(2),
            random.nextInt(3) == 0 ? UNKNOWN : 1.3 * random.nextDouble()));
      }
    }
    return tiers;
  }

  /** Primaries have served for a minute and backups stand by. */
  private void settle() {
    Spread unused = spread(tier(0, 2, 0), tier(1, 2, 0));
    now += 60 * SECOND;
  }

  private double primaries(Tier... tiers) {
    return spread(tiers).share(0);
  }

  private Spread spread(Tier... tiers) {
    return failover.spread(List.of(tiers), now);
  }

  private static Tier tier(int priority, int healthy, int unhealthy) {
    return new Tier(priority, healthy, unhealthy, 0, UNKNOWN);
  }
}
