// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.controller.load.Script.Phase;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PoissonArrivalsTest {
  @Test
  void arrivals_follow_the_rate_of_each_phase() {
    Script script = new Script(List.of(new Phase("low", 100, 50), new Phase("high", 100, 200)));
    PoissonArrivals arrivals = new PoissonArrivals(script, new Random(7));

    int low = 0;
    int high = 0;
    double last = 0;
    for (double at = arrivals.next(); at < Double.POSITIVE_INFINITY; at = arrivals.next()) {
      assertThat(at).isGreaterThan(last);
      last = at;
      if (at < 100) {
        low++;
      } else {
        high++;
      }
    }

    // Five standard deviations of a Poisson count.
    assertThat((double) low).isCloseTo(5_000, within(5 * Math.sqrt(5_000)));
    assertThat((double) high).isCloseTo(20_000, within(5 * Math.sqrt(20_000)));
  }

  @Test
  void the_same_seed_gives_the_same_arrivals() {
    Script script = new Script(List.of(new Phase("low", 100, 50)));
    PoissonArrivals one = new PoissonArrivals(script, new Random(3));
    PoissonArrivals two = new PoissonArrivals(script, new Random(3));

    for (int i = 0; i < 1000; i++) {
      assertThat(one.next()).isEqualTo(two.next());
    }
  }
}
