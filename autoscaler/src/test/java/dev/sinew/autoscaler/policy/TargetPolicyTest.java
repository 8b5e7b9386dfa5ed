// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.policy;

import static dev.sinew.autoscaler.Fleets.NOW;
import static dev.sinew.autoscaler.Fleets.ago;
import static dev.sinew.autoscaler.Fleets.each;
import static dev.sinew.autoscaler.Fleets.fleet;
import static dev.sinew.autoscaler.Fleets.ready;
import static dev.sinew.autoscaler.Fleets.signal;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Reason;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TargetPolicyTest {
  private static final int SEEDS = 500;
  private static final ScalePolicy POLICY =
      ScalePolicy.of(PolicySettings.of(2, 20, Target.requestsPerReplica(130), Target.cpu(0.7)));

  @Test
  void every_rule_that_moved_the_number_gives_its_reason_in_order() {
    List<Signal> signals = new ArrayList<>(each(Metric.CALLS_PER_SECOND, 3, 2000));
    signals.addAll(each(Metric.CPU, 3, 1));
    ScaleDecision decision = POLICY.decide(situation(ready(3), signals));
    assertThat(decision.to()).isEqualTo(7);
    assertThat(decision.proposed()).isEqualTo(47);
    assertThat(decision.reasons())
        .containsExactly(
            new Reason(
                "requests-per-replica",
                3,
                47,
                "6000 calls/s need 46.2 replicas at 130 calls/s each"),
            new Reason("step-limit", 47, 7, "at most 4 may join the 3 within 15 s"));
  }

  @Test
  void a_quiet_moment_needs_no_reason() {
    List<Signal> signals = new ArrayList<>(each(Metric.CALLS_PER_SECOND, 3, 120));
    signals.addAll(each(Metric.CPU, 3, 0.5));
    ScaleDecision decision = POLICY.decide(situation(ready(3), signals));
    assertThat(decision.changes()).isFalse();
    assertThat(decision.reasons()).isEmpty();
    assertThat(decision.victims()).isEmpty();
  }

  @Test
  void a_number_outside_the_bounds_is_corrected_at_once_even_when_nothing_is_known() {
    ScaleDecision down = POLICY.decide(situation(ready(50), List.of()));
    assertThat(down.to()).isEqualTo(20);
    assertThat(down.victims()).hasSize(30);
    assertThat(down.reasons()).extracting(Reason::rule).containsExactly("unknown", "bounds");
    assertThat(POLICY.decide(situation(new Replicas(0, List.of()), List.of())).to())
        .isEqualTo(2);
  }

  @Test
  void scale_in_names_its_victims() {
    List<Signal> signals = new ArrayList<>(each(Metric.CALLS_PER_SECOND, 10, 1));
    signals.addAll(each(Metric.CPU, 10, 0.01));
    signals.add(signal(Metric.IN_FLIGHT, "gone", 0));
    for (int i = 0; i < 10; i++) {
      signals.add(signal(Metric.IN_FLIGHT, "r" + i, i == 6 ? 0 : 5));
    }
    ScaleDecision decision = POLICY.decide(situation(ready(10), signals));
    assertThat(decision.to()).isEqualTo(9);
    assertThat(decision.victims()).containsExactly("r6");
  }

  @Test
  void one_stale_report_forbids_scale_in() {
    List<Signal> signals = new ArrayList<>(each(Metric.CALLS_PER_SECOND, 10, 1));
    signals.addAll(each(Metric.CPU, 9, 0.01));
    signals.add(new Signal(Metric.CPU, "r9", 0.01, ago(16)));
    ScaleDecision decision = POLICY.decide(situation(ready(10), signals));
    assertThat(decision.changes()).isFalse();
    assertThat(decision.proposed()).isEqualTo(10);
    assertThat(decision.reasons().get(1).because())
        .isEqualTo("cpu is unknown of r9, so none may leave");
  }

  @Test
  void none_leaves_until_every_origin_says_so() {
    ScalePolicy two = ScalePolicy.of(PolicySettings.of(
        2, 20, Target.requestsPerReplica(130), Target.requestsPerReplica(130).from("prometheus")));
    List<Signal> direct = each(Metric.CALLS_PER_SECOND, 5, 10);
    ScaleDecision silent = two.decide(situation(ready(5), direct));
    assertThat(silent.to()).isEqualTo(5);
    assertThat(silent.reasons().get(1).because())
        .startsWith("calls per second by prometheus is unknown of r0")
        .endsWith("so none may leave");
    List<Signal> both = new ArrayList<>(direct);
    both.add(new Signal(Metric.CALLS_PER_SECOND, null, 50, NOW, "prometheus"));
    assertThat(two.decide(situation(ready(5), both)).to()).isEqualTo(4);
  }

  @Test
  void one_origin_is_enough_to_scale_out() {
    ScalePolicy two = ScalePolicy.of(PolicySettings.of(
        2, 20, Target.requestsPerReplica(130), Target.requestsPerReplica(130).from("prometheus")));
    assertThat(two.decide(situation(ready(3), each(Metric.CALLS_PER_SECOND, 3, 200)))
            .to())
        .isEqualTo(5);
    Signal other = new Signal(Metric.CALLS_PER_SECOND, null, 600, NOW, "prometheus");
    ScaleDecision decision = two.decide(situation(ready(3), List.of(other)));
    assertThat(decision.to()).isEqualTo(5);
    assertThat(decision.reasons().get(0).because())
        .isEqualTo("600 calls/s by prometheus need 4.6 replicas at 130 calls/s each");
  }

  @Test
  void more_load_never_means_fewer_replicas() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Situation less = random(new Random(seed), false);
      double factor = 1 + new Random(seed).nextDouble();
      List<Signal> grown = less.signals().stream()
          .map(s -> new Signal(s.metric(), s.replica(), s.value() * factor, s.at()))
          .toList();
      assertThat(POLICY.decide(with(less, less.replicas(), grown)).to())
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(POLICY.decide(less).to());
    }
  }

  @Test
  void the_number_is_always_within_bounds() {
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(POLICY.decide(random(new Random(seed), true)).to())
          .as("seed %d", seed)
          .isBetween(2, 20);
    }
  }

  @Test
  void the_same_situation_gives_the_same_decision() {
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(POLICY.decide(random(new Random(seed), true)))
          .as("seed %d", seed)
          .isEqualTo(POLICY.decide(random(new Random(seed), true)));
    }
  }

  @Test
  void other_ids_change_nothing() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Situation situation = random(new Random(seed), true);
      ScaleDecision renamed = POLICY.decide(renamed(situation));
      ScaleDecision original = POLICY.decide(situation);
      assertThat(renamed.to()).as("seed %d", seed).isEqualTo(original.to());
      assertThat(renamed.proposed()).as("seed %d", seed).isEqualTo(original.proposed());
      assertThat(renamed.victims())
          .as("seed %d", seed)
          .isEqualTo(original.victims().stream().map(TargetPolicyTest::other).toList());
    }
  }

  @Test
  void what_is_unknown_never_lowers_the_number() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Situation whole = random(random, false);
      List<Signal> fewer = new ArrayList<>(whole.signals());
      fewer.remove(random.nextInt(fewer.size()));
      fewer.removeIf(signal -> random.nextInt(4) == 0);
      int present = Math.min(20, whole.replicas().desired());
      ScaleDecision decision = POLICY.decide(with(whole, whole.replicas(), fewer));
      assertThat(decision.to()).as("seed %d", seed).isGreaterThanOrEqualTo(present);
      assertThat(decision.proposed()).as("seed %d", seed).isGreaterThanOrEqualTo(present);
    }
  }

  /** A fleet of 2 to 25 with both metrics told by all that are ready, or with gaps and rubbish. */
  private static Situation random(Random random, boolean gaps) {
    int ready = 2 + random.nextInt(20);
    int starting = random.nextInt(4);
    List<Signal> signals = new ArrayList<>();
    double load = random.nextDouble() * 2;
    for (int i = 0; i < ready; i++) {
      for (Metric metric : List.of(Metric.CALLS_PER_SECOND, Metric.CPU, Metric.IN_FLIGHT)) {
        double full = metric == Metric.CALLS_PER_SECOND ? 130 : metric == Metric.CPU ? 0.7 : 10;
        double value = full * load * (0.5 + random.nextDouble());
        if (!gaps || random.nextInt(10) > 0) {
          signals.add(new Signal(metric, "r" + i, value, gaps ? ago(random.nextInt(20) - 2) : NOW));
        }
      }
    }
    List<Proposal> recent = new ArrayList<>();
    List<ScaleDecision> decisions = new ArrayList<>();
    for (int i = random.nextInt(10); i > 0; i--) {
      recent.add(new Proposal(ago(i * 60L), random.nextInt(25)));
      decisions.add(new ScaleDecision(
          ago(i * 10L), random.nextInt(25), random.nextInt(25), List.of(), 1, List.of()));
    }
    Replicas replicas = fleet(ready + starting, ready, starting);
    return new Situation(NOW, replicas, signals, recent, decisions, 1);
  }

  private static Situation renamed(Situation situation) {
    List<Replica> all = situation.replicas().all().stream()
        .map(r -> new Replica(other(r.id()), r.state(), r.startedAt(), r.readyAt()))
        .toList();
    List<Signal> signals = situation.signals().stream()
        .map(s -> new Signal(s.metric(), other(s.replica()), s.value(), s.at()))
        .toList();
    return with(situation, new Replicas(situation.replicas().desired(), all), signals);
  }

  private static String other(@Nullable String id) {
    return "x" + (1000 - Integer.parseInt(requireNonNull(id).substring(1)));
  }

  private static Situation situation(Replicas replicas, List<Signal> signals) {
    return new Situation(NOW, replicas, signals, List.of(), List.of(), 1);
  }

  private static Situation with(Situation s, Replicas replicas, List<Signal> signals) {
    return new Situation(s.now(), replicas, signals, s.recent(), s.decisions(), s.epoch());
  }
}
