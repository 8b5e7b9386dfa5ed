// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.load.LoadReport;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class MovingLoadTest {
  private static final long START_MICROS = 1_767_323_045_000_000L;

  @Test
  void the_same_seed_gives_the_same_reports() {
    MovingLoad one = new MovingLoad(new Random(7));
    MovingLoad other = new MovingLoad(new Random(7));
    for (int second = 0; second < 100; second++) {
      long at = START_MICROS + second * 1_000_000L;
      assertThat(one.next(at)).isEqualTo(other.next(at));
    }
  }

  @Test
  void reports_are_plausible_move_and_say_when_and_which_they_are() {
    MovingLoad load = new MovingLoad(new Random(7));
    LoadReport[] minute = LongStream.range(0, 60)
        .mapToObj(second -> load.next(START_MICROS + second * 1_000_000))
        .toArray(LoadReport[]::new);
    double least = 1;
    double most = 0;
    for (int i = 0; i < minute.length; i++) {
      assertThat(minute[i].utilization()).isBetween(0.2, 0.9);
      assertThat(minute[i].withinObjective()).isEqualTo(i + 1);
      assertThat(minute[i].overObjective()).isEqualTo(START_MICROS + i * 1_000_000L);
      least = Math.min(least, minute[i].utilization());
      most = Math.max(most, minute[i].utilization());
    }
    assertThat(most - least).isGreaterThan(0.2);
  }
}
