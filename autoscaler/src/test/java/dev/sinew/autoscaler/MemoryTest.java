// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler;

import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.ago;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.Proposal;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Situation;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryTest {
  @Test
  void keeps_an_hour() {
    Memory memory = Memory.EMPTY
        .with(new Proposal(ago(3601), 1))
        .with(new Proposal(ago(3600), 2))
        .with(decision(ago(3601), 1))
        .with(decision(ago(3600), 2))
        .at(NOW);
    assertThat(memory.proposals()).containsExactly(new Proposal(ago(3600), 2));
    assertThat(memory.decisions()).containsExactly(decision(ago(3600), 2));
  }

  @Test
  void keeps_the_lowest_and_the_highest_proposal_of_each_second() {
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 10; i++) {
      memory = memory.with(new Proposal(NOW.plusMillis(100L * i), i == 3 ? 9 : i % 3));
    }
    memory = memory.with(new Proposal(NOW.plusMillis(1000), 1));
    assertThat(memory.proposals())
        .containsExactly(
            new Proposal(NOW.plusMillis(900), 0),
            new Proposal(NOW.plusMillis(900), 9),
            new Proposal(NOW.plusMillis(1000), 1));
    assertThat(memory.at(NOW.plusSeconds(1))).isEqualTo(memory);
  }

  @Test
  void one_proposal_is_kept_of_a_second_that_agrees() {
    Memory memory =
        Memory.EMPTY.with(new Proposal(NOW, 3)).with(new Proposal(NOW.plusMillis(500), 3));
    assertThat(memory.proposals()).containsExactly(new Proposal(NOW.plusMillis(500), 3));
  }

  @Test
  void of_equal_proposals_in_a_row_only_the_latest_is_kept_and_no_rule_notices() {
    Random random = new Random(7);
    Memory memory = Memory.EMPTY;
    List<Proposal> every = new ArrayList<>();
    int wanted = 5;
    for (int second = 0; second < 3000; second += 2) {
      wanted = random.nextInt(10) == 0 ? 2 + random.nextInt(8) : wanted;
      every.add(new Proposal(NOW.plusSeconds(second), wanted));
      memory = memory.with(new Proposal(NOW.plusSeconds(second), wanted));
    }
    assertThat(memory.proposals()).hasSizeLessThan(every.size() / 5);
    ScalePolicy policy = ScalePolicy.of(PolicySettings.of(1, 20, Target.requestsPerReplica(100))
        .withStabilization(new Stabilization(Duration.ofSeconds(40), Duration.ofSeconds(90))));
    Instant now = NOW.plusSeconds(3000);
    for (int load = 100; load < 1200; load += 100) {
      Replicas fleet = Fleets.ready(5);
      List<Signal> signals = List.of(new Signal(Metric.CALLS_PER_SECOND, null, load, now));
      ScaleDecision full = policy.decide(new Situation(now, fleet, signals, every, List.of(), 1));
      ScaleDecision kept =
          policy.decide(new Situation(now, fleet, signals, memory.proposals(), List.of(), 1));
      assertThat(kept.to()).as("load %d", load).isEqualTo(full.to());
    }
  }

  @Test
  void is_bounded_however_often_it_is_told() {
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 1100; i++) {
      memory = memory.with(decision(NOW, i));
    }
    assertThat(memory.decisions()).hasSize(1024);
    assertThat(memory.decisions().get(1023).to()).isEqualTo(1099);
  }

  @Test
  void when_the_clock_is_set_back_what_was_later_counts_from_now() {
    Memory memory = Memory.EMPTY
        .with(new Proposal(ago(10), 3))
        .with(new Proposal(ago(-7200), 7))
        .with(new Proposal(ago(-7300), 5))
        .with(decision(ago(-7200), 7))
        .at(NOW);
    assertThat(memory.proposals())
        .containsExactly(new Proposal(ago(10), 3), new Proposal(NOW, 5), new Proposal(NOW, 7));
    assertThat(memory.decisions()).containsExactly(decision(NOW, 7));
  }

  @Test
  void more_than_a_minute_without_a_proposal_is_silence() {
    assertThat(Memory.EMPTY.silent(NOW)).isTrue();
    assertThat(Memory.EMPTY.with(new Proposal(ago(60), 1)).silent(NOW)).isFalse();
    assertThat(Memory.EMPTY.with(new Proposal(ago(61), 1)).silent(NOW)).isTrue();
  }

  private static ScaleDecision decision(Instant at, int to) {
    return new ScaleDecision(at, 0, to, List.of(), 1, List.of());
  }
}
