// SPDX-License-Identifier: Apache-2.0
package dev.sinew.consul.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusWatchTest {
  private static final Instances ONE = Instances.of(List.of(Endpoint.of("10.0.0.1", 1)));
  private static final Instances TWO = Instances.of(List.of(Endpoint.of("10.0.0.2", 2)));

  private final StatusWatch watch = new StatusWatch();

  @Test
  void who_failed_and_does_so_no_more_is_better() {
    assertThat(watch.heard(3, ONE.with(TWO)).isEmpty()).isTrue();
    assertThat(watch.heard(4, TWO)).isEqualTo(ONE);
    assertThat(watch.index()).isEqualTo(4);
    assertThat(watch.failing()).isEqualTo(TWO);
  }

  @Test
  void after_a_new_beginning_nobody_is_better() {
    watch.heard(3, ONE);
    watch.restart();
    assertThat(watch.index()).isZero();
    assertThat(watch.heard(4, Instances.NONE).isEmpty()).isTrue();
  }

  @Test
  void with_each_doubt_it_rests_for_twice_as_many_lists() {
    int[] rests = new int[12];
    for (int i = 0; i < rests.length; i++) {
      watch.doubt();
      while (!watch.usable()) {
        watch.rested();
        rests[i]++;
      }
    }
    assertThat(rests).containsExactly(1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1023, 1023);
  }

  @Test
  void what_is_borne_out_clears_the_record() {
    watch.doubt();
    watch.doubt();
    watch.borneOut();
    watch.doubt();
    watch.rested();
    assertThat(watch.usable()).isTrue();
  }

  @Test
  void an_agent_that_knows_no_such_query_is_never_asked_again() {
    watch.unknown();
    watch.borneOut();
    watch.restart();
    watch.rested();
    assertThat(watch.usable()).isFalse();
  }
}
