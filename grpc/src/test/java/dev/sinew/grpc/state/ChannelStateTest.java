// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChannelStateTest {
  private static final List<Endpoint> LIST = List.of(Endpoint.of("h", 1));

  private final ChannelState state = new ChannelState(null);

  @Test
  void a_new_channel_knows_nothing() {
    assertThat(state.stats(0))
        .isEqualTo(new ChannelStats(0, 0, 0, null, false, 0, new TreeMap<>()));
    assertThat(state.remembers()).isFalse();
    assertThat(state.recall()).isEmpty();
  }

  @Test
  void the_age_is_that_of_the_last_good_word() {
    state.heard(1_000);
    state.heardEmpty();
    assertThat(state.stats(5_000).sourceAge()).isEqualTo(Duration.ofNanos(4_000));
    assertThat(state.stats(5_000).suspiciousLists()).isEqualTo(1);
  }

  @Test
  void a_list_that_the_load_balancer_got_is_a_word_unless_a_resolver_says_so_itself() {
    state.resolved(1);
    assertThat(state.stats(3).sourceAge()).isEqualTo(Duration.ofNanos(2));
    state.sourced();
    state.resolved(2);
    assertThat(state.stats(3).sourceAge()).isEqualTo(Duration.ofNanos(2));
  }

  @Test
  void what_was_good_is_remembered_and_what_is_recalled_is_said() {
    state.good(LIST);
    assertThat(state.remembers()).isTrue();
    assertThat(state.recall()).isEqualTo(LIST);
    state.recalled();
    assertThat(state.stats(0).fromSnapshot()).isTrue();
    state.heard(0);
    assertThat(state.stats(0).fromSnapshot()).isFalse();
  }

  @Test
  void the_load_balancers_figures_are_in_the_stats() {
    state.heardEmpty();
    state.inUse(new ChannelState.InUse(5, 3, 2, 1, new TreeMap<>(Map.of(0, 1.0))));
    assertThat(state.stats(0))
        .isEqualTo(new ChannelStats(5, 3, 2, null, false, 2, new TreeMap<>(Map.of(0, 1.0))));
  }
}
