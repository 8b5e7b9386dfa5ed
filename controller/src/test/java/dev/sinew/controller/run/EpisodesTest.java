// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.controller.fleet.DecisionView;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EpisodesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private final Episodes episodes = new Episodes();

  @Test
  void keeps_what_changes_the_number_or_has_other_rules() {
    assertThat(add(2, 2)).isTrue();
    assertThat(add(2, 2)).isFalse();
    assertThat(add(2, 2, "cpu")).isTrue();
    assertThat(add(2, 2, "cpu")).isFalse();
    assertThat(add(2, 4, "cpu")).isTrue();
    assertThat(add(4, 4, "cpu", "bounds")).isTrue();
    assertThat(episodes.last(2)).extracting(DecisionView::to).containsExactly(4, 4);
    assertThat(requireNonNull(episodes.change()).from()).isEqualTo(2);
  }

  @Test
  void is_bounded() {
    for (int i = 0; i < 2500; i++) {
      add(i, i + 1);
    }
    assertThat(episodes.last(1000)).hasSize(1000);
    assertThat(episodes.last(1)).extracting(DecisionView::to).containsExactly(2500);
  }

  @Test
  void decisions_of_earlier_runs_come_before_those_of_this_one() {
    add(4, 5, "cpu");
    episodes.addBefore(
        List.of(view(1, 1, "held"), view(1, 2, "cpu"), view(2, 2, "cpu"), view(2, 4, "cpu")));
    assertThat(episodes.last(10)).extracting(DecisionView::to).containsExactly(1, 2, 4, 5);
    assertThat(requireNonNull(episodes.change()).to()).isEqualTo(5);
  }

  @Test
  void the_latest_change_may_be_one_of_an_earlier_run() {
    add(4, 4, "held");
    episodes.addBefore(List.of(view(1, 2, "cpu"), view(2, 4, "cpu")));
    assertThat(requireNonNull(episodes.change()).to()).isEqualTo(4);
  }

  @Test
  void earlier_runs_never_push_out_this_one() {
    for (int i = 0; i < 900; i++) {
      add(i, i + 1);
    }
    episodes.addBefore(Stream.iterate(0, i -> i + 1)
        .limit(1000)
        .map(i -> view(i, i + 5000, "x"))
        .toList());
    assertThat(episodes.last(1000)).hasSize(1000);
    assertThat(episodes.last(900)).extracting(DecisionView::to).startsWith(1).endsWith(900);
    assertThat(episodes.last(901)).extracting(DecisionView::to).startsWith(5999);
  }

  private static DecisionView view(int from, int to, String rule) {
    return new DecisionView(NOW, from, to, to, from, List.of(new Reason(rule, from, to, "x")));
  }

  private boolean add(int from, int to, String... rules) {
    List<Reason> reasons =
        Stream.of(rules).map(rule -> new Reason(rule, from, to, "x")).toList();
    return episodes.add(
        new Situation(NOW, new Replicas(from, List.of()), List.of(), List.of(), List.of(), 1),
        new ScaleDecision(NOW, from, to, List.of(), 1, reasons));
  }
}
