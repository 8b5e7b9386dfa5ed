// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler;

import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.each;
import static dev.sinew.autoscaler.Fleets.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.Hold;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.policy.Stabilization;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.signal.SignalSource;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import dev.sinew.autoscaler.target.StaleDecisionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
  private static final ScalePolicy POLICY =
      ScalePolicy.of(PolicySettings.of(2, 20, Target.requestsPerReplica(100)));

  @Test
  void applies_and_remembers_what_changes_the_number() {
    FakeTarget target = new FakeTarget(3);
    Autoscaler autoscaler = autoscaler(target, 600);
    ScaleDecision decision = autoscaler.tick(NOW);
    assertThat(decision.to()).isEqualTo(6);
    assertThat(decision.epoch()).isEqualTo(7);
    assertThat(target.applied).containsExactly(decision);
    assertThat(autoscaler.memory().decisions()).containsExactly(decision);
    assertThat(autoscaler.memory().proposals()).extracting(p -> p.replicas()).containsExactly(3, 6);
  }

  @Test
  void does_not_trouble_the_target_when_nothing_changes_but_remembers_the_proposal() {
    FakeTarget target = new FakeTarget(6);
    Autoscaler autoscaler = autoscaler(target, 300);
    autoscaler.tick(NOW);
    autoscaler.tick(NOW.plusSeconds(1));
    assertThat(target.applied).isEmpty();
    assertThat(autoscaler.memory().decisions()).isEmpty();
    assertThat(autoscaler.memory().proposals())
        .extracting(p -> p.replicas())
        .containsExactly(3, 6, 3);
  }

  @Test
  void a_hold_keeps_the_number_and_says_who_and_why() {
    FakeTarget target = new FakeTarget(3);
    Autoscaler autoscaler = autoscaler(target, 600);
    autoscaler.hold(new Hold("ana", "the disk is being changed", NOW));
    ScaleDecision held = autoscaler.tick(NOW);
    assertThat(target.applied).isEmpty();
    assertThat(held.proposed()).isEqualTo(6);
    assertThat(held.reasons().get(held.reasons().size() - 1))
        .isEqualTo(new Reason(
            "paused", 6, 3, "paused by ana since " + NOW + " because: the disk is being changed"));
    autoscaler.hold(null);
    assertThat(autoscaler.tick(NOW.plusSeconds(1)).to()).isEqualTo(6);
  }

  @Test
  void a_hold_counts_more_than_the_bounds() {
    FakeTarget target = new FakeTarget(1);
    Autoscaler autoscaler = autoscaler(target, 100);
    autoscaler.hold(new Hold("ana", "kill switch", NOW));
    assertThat(autoscaler.tick(NOW).to()).isEqualTo(1);
  }

  @Test
  void the_witness_hears_before_the_target_does_and_its_failure_stops_nothing() {
    FakeTarget target = new FakeTarget(3);
    Autoscaler autoscaler = autoscaler(target, 600);
    autoscaler.witness((situation, decision) -> {
      assertThat(target.applied).isEmpty();
      assertThat(ScalePolicy.of(PolicySettings.of(2, 20, Target.requestsPerReplica(100)))
              .decide(situation))
          .isEqualTo(decision);
      throw new IllegalStateException("the disk is full");
    });
    assertThat(autoscaler.tick(NOW).to()).isEqualTo(6);
    assertThat(target.applied).hasSize(1);
    assertThat(autoscaler.witnessFailures()).isEqualTo(1);
  }

  @Test
  void another_policy_counts_from_the_next_tick_on_and_the_memory_stays() {
    FakeTarget target = new FakeTarget(3);
    Autoscaler autoscaler = autoscaler(target, 600);
    autoscaler.tick(NOW);
    autoscaler.policy(ScalePolicy.of(PolicySettings.of(2, 4, Target.requestsPerReplica(100))));
    assertThat(autoscaler.tick(NOW.plusSeconds(1)).to()).isEqualTo(4);
    assertThat(autoscaler.memory().decisions()).hasSize(2);
  }

  @Test
  void a_loop_that_is_resumed_scales_nothing_in_before_a_full_window_was_seen() {
    FakeTarget target = new FakeTarget(6);
    Autoscaler before = autoscaler(target, 300);
    for (int second = 0; second <= 290; second += 10) {
      before.tick(NOW.plusSeconds(second));
    }
    Instant restart = NOW.plusSeconds(295);
    Autoscaler after = new Autoscaler(
        POLICY, target, List.of(rate(target, 300)), 8, before.memory().resumed(restart, 6));
    for (int second = 0; second <= 300; second += 10) {
      assertThat(after.tick(restart.plusSeconds(second)).changes())
          .as("%d s", second)
          .isFalse();
    }
    assertThat(after.tick(restart.plusSeconds(310)).to()).isEqualTo(5);
  }

  @Test
  void scales_in_only_after_a_full_window_was_seen() {
    FakeTarget target = new FakeTarget(6);
    Autoscaler autoscaler = autoscaler(target, 300);
    for (int second = 0; second <= 300; second += 15) {
      assertThat(autoscaler.tick(NOW.plusSeconds(second)).changes())
          .as("%d s", second)
          .isFalse();
    }
    assertThat(autoscaler.tick(NOW.plusSeconds(315)).to()).isEqualTo(5);
  }

  @Test
  void scales_out_only_after_a_full_window_was_seen_however_often_it_ticks() {
    FakeTarget target = new FakeTarget(2);
    ScalePolicy slow = ScalePolicy.of(PolicySettings.of(2, 20, Target.requestsPerReplica(100))
        .withStabilization(new Stabilization(Duration.ofSeconds(60), Duration.ofMinutes(5))));
    Autoscaler autoscaler = new Autoscaler(slow, target, List.of(rate(target, 600)), 7);
    for (int millis = 0; millis < 60_000; millis += 500) {
      assertThat(autoscaler.tick(NOW.plusMillis(millis)).changes())
          .as("%d ms", millis)
          .isFalse();
    }
    assertThat(autoscaler.tick(NOW.plusSeconds(61)).to()).isEqualTo(6);
  }

  @Test
  void a_cold_start_does_not_slow_the_first_real_step() {
    FakeTarget target = new FakeTarget(0);
    Autoscaler autoscaler = autoscaler(target, 2000);
    assertThat(autoscaler.tick(NOW).to()).isEqualTo(2);
    assertThat(autoscaler.tick(NOW.plusSeconds(1)).to()).isEqualTo(6);
  }

  @Test
  void a_return_below_the_highest_bound_does_not_slow_the_first_real_step() {
    FakeTarget target = new FakeTarget(30);
    ScalePolicy quick = ScalePolicy.of(PolicySettings.of(2, 20, Target.requestsPerReplica(100))
        .withStabilization(new Stabilization(Duration.ZERO, Duration.ZERO)));
    Autoscaler autoscaler = new Autoscaler(quick, target, List.of(rate(target, 1000)), 7);
    assertThat(autoscaler.tick(NOW).to()).isEqualTo(20);
    assertThat(autoscaler.tick(NOW.plusSeconds(1)).to()).isEqualTo(18);
  }

  @Test
  void after_a_silence_a_full_window_is_waited_for_again() {
    FakeTarget target = new FakeTarget(6);
    Autoscaler autoscaler = autoscaler(target, 300);
    for (int second = 0; second <= 285; second += 15) {
      autoscaler.tick(NOW.plusSeconds(second));
    }
    assertThat(autoscaler.tick(NOW.plusSeconds(1000)).changes()).isFalse();
    for (int second = 1015; second <= 1300; second += 15) {
      assertThat(autoscaler.tick(NOW.plusSeconds(second)).changes()).isFalse();
    }
    assertThat(autoscaler.tick(NOW.plusSeconds(1315)).to()).isEqualTo(5);
  }

  @Test
  void a_restart_with_the_memory_decides_as_if_there_had_been_none() {
    FakeTarget target = new FakeTarget(6);
    FakeTarget twin = new FakeTarget(6);
    Autoscaler restarted = autoscaler(target, 300);
    Autoscaler steady = autoscaler(twin, 300);
    for (int second = 0; second <= 600; second += 15) {
      Instant now = NOW.plusSeconds(second);
      ScaleDecision decision = restarted.tick(now);
      assertThat(decision).isEqualTo(steady.tick(now));
      restarted = new Autoscaler(POLICY, target, List.of(rate(target, 300)), 7, restarted.memory());
    }
    assertThat(target.applied).isNotEmpty().isEqualTo(twin.applied);
  }

  @Test
  void a_source_that_fails_says_nothing_and_is_counted() {
    FakeTarget target = new FakeTarget(6);
    SignalSource broken = now -> {
      throw new IllegalStateException("down");
    };
    SignalSource flood =
        now -> Collections.nCopies(100_001, new Signal(Metric.CALLS_PER_SECOND, "r0", 1e6, now));
    Autoscaler autoscaler =
        new Autoscaler(POLICY, target, List.of(broken, rate(target, 900), flood), 7);
    assertThat(autoscaler.tick(NOW).to()).isEqualTo(9);
    assertThat(autoscaler.sourceFailures()).isEqualTo(2);
    Autoscaler blind = new Autoscaler(POLICY, target, List.of(broken), 7);
    assertThat(blind.tick(NOW).changes()).isFalse();
  }

  @Test
  void after_another_controller_took_over_nothing_is_applied_any_more() {
    FakeTarget target = new FakeTarget(3);
    target.failure = new StaleDecisionException(7, 8);
    Autoscaler autoscaler = autoscaler(target, 600);
    assertThatThrownBy(() -> autoscaler.tick(NOW)).isSameAs(target.failure);
    target.failure = null;
    assertThatThrownBy(() -> autoscaler.tick(NOW.plusSeconds(1)))
        .isInstanceOf(StaleDecisionException.class);
    assertThat(target.applied).isEmpty();
    assertThat(autoscaler.memory().decisions()).isEmpty();
  }

  @Test
  void a_target_that_fails_is_tried_again_with_the_same_steps() {
    FakeTarget target = new FakeTarget(3);
    target.failure = new IllegalStateException("no disk");
    Autoscaler autoscaler = autoscaler(target, 2000);
    assertThatThrownBy(() -> autoscaler.tick(NOW)).isSameAs(target.failure);
    target.failure = null;
    assertThat(autoscaler.tick(NOW.plusSeconds(1)).to()).isEqualTo(7);
  }

  private static Autoscaler autoscaler(FakeTarget target, double callsPerSecond) {
    return new Autoscaler(POLICY, target, List.of(rate(target, callsPerSecond)), 7);
  }

  /** A load spread evenly over the target's replicas. */
  private static SignalSource rate(FakeTarget target, double callsPerSecond) {
    return now ->
        each(Metric.CALLS_PER_SECOND, target.desired, callsPerSecond / target.desired).stream()
            .map(signal -> new Signal(signal.metric(), signal.replica(), signal.value(), now))
            .toList();
  }

  /** A target whose replicas are ready at once. */
  private static final class FakeTarget implements ScaleTarget {
    final List<ScaleDecision> applied = new ArrayList<>();
    int desired;

    @Nullable RuntimeException failure;

    FakeTarget(int desired) {
      this.desired = desired;
    }

    @Override
    public Replicas replicas() {
      return ready(desired);
    }

    @Override
    public void apply(ScaleDecision decision) {
      if (failure != null) {
        throw failure;
      }
      applied.add(decision);
      desired = decision.to();
    }
  }
}
