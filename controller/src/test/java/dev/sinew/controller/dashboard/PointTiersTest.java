// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PointTiersTest {
  private static final int DAY = 86_400;
  private final PointTiers tiers = new PointTiers();

  @Test
  void an_hour_is_kept_as_it_came() {
    for (int second = 1; second <= PointTiers.RAW; second++) {
      tiers.add(point(second, second));
    }
    assertThat(tiers.all()).hasSize(3600);
    assertThat(tiers.all().get(0)).isEqualTo(point(1, 1));
    assertThat(tiers.newest(2)).containsExactly(point(3599, 3599), point(3600, 3600));
  }

  @Test
  void a_week_takes_no_more_memory_than_a_day_and_reaches_back_a_day() {
    for (int second = 1; second <= 7 * DAY; second++) {
      tiers.add(point(second, 1));
    }
    List<LivePoint> all = tiers.all();
    assertThat(all).hasSizeLessThanOrEqualTo(3600 + 2161 + 1441);
    assertThat(all.get(0).atSeconds()).isLessThanOrEqualTo(6 * DAY);
    for (int i = 1; i < all.size(); i++) {
      assertThat(all.get(i).atSeconds()).isGreaterThan(all.get(i - 1).atSeconds());
    }
  }

  @Test
  void the_sum_of_calls_survives_down_sampling() {
    double calls = 0;
    for (int second = 1; second <= 20_000; second++) {
      double rate = 100 + second % 97;
      calls += rate;
      tiers.add(point(second, rate));
    }
    double kept = 0;
    double from = 0;
    for (LivePoint point : tiers.all()) {
      kept += point.offered() * (point.atSeconds() - from);
      from = point.atSeconds();
    }
    assertThat(kept).isCloseTo(calls, within(calls * 0.001));
  }

  @Test
  void one_bad_second_a_day_ago_is_still_to_be_seen() {
    for (int second = 1; second <= DAY; second++) {
      boolean bad = second == 500;
      tiers.add(new LivePoint(second, 10, 10, 0, 5, bad ? 900 : 9, 8, bad ? 7 : 8, bad ? 1 : 0, 0));
    }
    assertThat(tiers.all()).anySatisfy(point -> {
      assertThat(point.atSeconds()).isBetween(500.0, 560.0);
      assertThat(point.p99Millis()).isEqualTo(900);
      assertThat(point.ready()).isEqualTo(7);
      assertThat(point.warming()).isEqualTo(1);
    });
  }

  @Test
  void unknown_neither_lowers_a_mean_nor_hides_a_maximum() {
    for (int second = 0; second <= 3620; second++) {
      double rate = second % 2 == 0 ? 50 : Double.NaN;
      tiers.add(new LivePoint(second, rate, Double.NaN, rate, rate, rate, 1, 1, 0, 0));
    }
    LivePoint merged = tiers.all().get(0);
    assertThat(merged.offered()).isEqualTo(50);
    assertThat(merged.ok()).isNaN();
    assertThat(merged.p99Millis()).isEqualTo(50);
  }

  private static LivePoint point(double at, double offered) {
    return new LivePoint(at, offered, offered, 0, 5, 9, 1, 1, 0, 0);
  }
}
