// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler;

import static dev.sinew.autoscaler.Fleets.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.demand.Target;
import dev.sinew.autoscaler.policy.PolicySettings;
import dev.sinew.autoscaler.policy.ScalePolicy;
import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.autoscaler.target.Replica;
import dev.sinew.autoscaler.target.Replicas;
import dev.sinew.autoscaler.target.ScaleDecision;
import dev.sinew.autoscaler.target.ScaleTarget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The loop around a small world: a load, replicas that take 20 s to start and saturate at full. */
class ClosedLoopTest {
  private static final int TICK_SECONDS = 15;
  private static final double CAPACITY = 200;

  @Test
  void four_times_the_load_goes_out_within_two_ticks_and_back_in_after_the_window() {
    World world = new World(5, second -> second >= 600 && second < 1800 ? 2600 : 650, 1);
    world.run(6000, Target.requestsPerReplica(130));
    assertThat(world.desiredAt(585)).isEqualTo(5);
    assertThat(world.desiredAt(615)).isEqualTo(20);
    assertThat(world.desiredAt(1785)).isEqualTo(20);
    assertThat(world.desiredAt(2085)).as("no scale-in before the window").isEqualTo(20);
    assertThat(world.desiredAt(2115)).as("scale-in begins after the window").isLessThan(20);
    assertThat(world.desiredAt(5985)).isEqualTo(5);
    assertThat(world.reversals()).as("one way out, one way back").isEqualTo(1);
  }

  @Test
  void a_saturating_gauge_gets_there_without_overshooting() {
    World world = new World(5, second -> second >= 600 ? 2600 : 650, 1);
    world.run(3000, Target.utilization(0.65));
    assertThat(world.desiredAt(585)).isEqualTo(5);
    assertThat(world.desiredAt(2985)).isEqualTo(20);
    assertThat(world.highest()).isEqualTo(20);
    assertThat(world.reversals()).isZero();
  }

  @Test
  void noise_does_not_make_it_flap() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      World world = new World(10, second -> 1300 * (0.92 + 0.16 * random.nextDouble()), seed);
      world.run(3600, Target.requestsPerReplica(130));
      assertThat(world.reversals()).as("seed %d", seed).isZero();
    }
  }

  @Test
  void a_wave_turns_it_round_twice_per_period() {
    World world = new World(10, second -> 1300 + 900 * Math.sin(second / 3600.0 * Math.PI), 1);
    world.run(4 * 7200, Target.requestsPerReplica(130));
    assertThat(world.reversals()).isLessThanOrEqualTo(8);
    assertThat(world.highest())
        .as("2200 calls/s need 16.9, 16 are within 10 %%")
        .isEqualTo(16);
  }

  private static final class World implements ScaleTarget {
    private static final int START_SECONDS = 20;

    private final IntToDoubleFunction load;
    private final Random random;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Integer> desired = new ArrayList<>();
    private int second;
    private int number;
    private int started;

    World(int replicas, IntToDoubleFunction load, long seed) {
      this.load = load;
      this.random = new Random(seed);
      this.second = -START_SECONDS;
      resize(replicas, List.of());
      this.second = 0;
    }

    void run(int seconds, Target target) {
      ScalePolicy policy = ScalePolicy.of(PolicySettings.of(2, 50, target));
      Autoscaler autoscaler = new Autoscaler(policy, this, List.of(this::read), 1);
      for (second = 0; second < seconds; second += TICK_SECONDS) {
        autoscaler.tick(now());
        desired.add(number);
      }
    }

    int desiredAt(int at) {
      return desired.get(at / TICK_SECONDS);
    }

    int highest() {
      return desired.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    /** How often the number turned round. */
    int reversals() {
      int turns = 0;
      int last = 0;
      for (int i = 1; i < desired.size(); i++) {
        int way = Integer.signum(desired.get(i) - desired.get(i - 1));
        turns += way != 0 && last == -way ? 1 : 0;
        last = way != 0 ? way : last;
      }
      return turns;
    }

    @Override
    public Replicas replicas() {
      return new Replicas(number, replicas.stream().map(this::seen).toList());
    }

    @Override
    public void apply(ScaleDecision decision) {
      resize(decision.to(), decision.victims());
    }

    private void resize(int to, List<String> victims) {
      replicas.removeIf(replica -> victims.contains(replica.id()));
      while (replicas.size() < to) {
        replicas.add(new Replica("r" + started++, Replica.State.STARTING, now(), null));
      }
      number = to;
    }

    private Replica seen(Replica replica) {
      boolean ready = !replica.startedAt().plusSeconds(START_SECONDS).isAfter(now());
      return ready
          ? new Replica(replica.id(), Replica.State.READY, replica.startedAt(), now())
          : replica;
    }

    private List<Signal> read(Instant now) {
      List<Replica> ready = replicas().in(Replica.State.READY);
      double calls = load.applyAsDouble(second) / ready.size();
      List<Signal> signals = new ArrayList<>();
      for (Replica replica : ready) {
        double used = Math.min(1, calls / CAPACITY);
        signals.add(new Signal(Metric.CALLS_PER_SECOND, replica.id(), calls, now));
        signals.add(new Signal(Metric.UTILIZATION, replica.id(), used, now));
        signals.add(new Signal(Metric.IN_FLIGHT, replica.id(), random.nextInt(5), now));
      }
      return signals;
    }

    private Instant now() {
      return NOW.plusSeconds(second);
    }
  }
}
