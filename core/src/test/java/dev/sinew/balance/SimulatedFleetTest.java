// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import static dev.sinew.balance.FakeNode.MILLI;
import static dev.sinew.balance.FakeNode.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.balance.SimulatedFleet.Answer;
import dev.sinew.balance.SimulatedFleet.Replica;
import dev.sinew.load.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The share that least response time gives one odd replica among three that answer in 20 ms. */
class SimulatedFleetTest {
  private static final int ORDINARY = 3;

  @ParameterizedTest
  @CsvSource({"100,1", "100,2", "400,1", "400,2", "800,1", "800,2"})
  void a_cold_replica_has_its_fair_share_after_two_seconds(int rate, long seed) {
    SimulatedFleet fleet = warm(rate, seed);
    Replica cold = fleet.add(
        (number, noise) -> Answer.success((number < 3 ? 400 >> number : 20) * MILLI, noise));
    fleet.run(rate, 2 * SECOND);
    fleet.run(rate, 2 * SECOND);
    assertThat(share(cold, rate, 2)).as("share at seed %d", seed).isBetween(0.7, 1.3);
  }

  @ParameterizedTest
  @CsvSource({"20,1", "100,1", "100,2", "400,1", "400,2", "800,1", "800,2"})
  void a_replica_ten_times_as_slow_keeps_an_eighth_of_its_share(int rate, long seed) {
    SimulatedFleet fleet = warm(rate, seed);
    Replica slow = fleet.add((number, noise) -> Answer.success(200 * MILLI, noise));
    fleet.run(rate, 30 * SECOND);
    assertThat(share(slow, rate, 30)).as("share at seed %d", seed).isLessThan(0.12);
    assertThat(slow.picks()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"100,1", "100,2", "400,1", "400,2", "800,1", "800,2"})
  void a_replica_that_fails_fast_is_tried_less_and_less(int rate, long seed) {
    SimulatedFleet fleet = warm(rate, seed);
    Replica failing = fleet.add((number, noise) -> new Answer(MILLI, Outcome.FAILURE));
    fleet.run(rate, 10 * SECOND);
    assertThat(failing.picks()).as("tries at seed %d", seed).isBetween(1, 12);
    fleet.run(rate, 60 * SECOND);
    assertThat(failing.picks()).as("tries at seed %d", seed).isBetween(1, 12);
  }

  @ParameterizedTest
  @CsvSource({"100,1", "400,1", "800,1", "800,2"})
  void a_replica_that_hangs_is_tried_by_one_call_at_a_time(int rate, long seed) {
    SimulatedFleet fleet = warm(rate, seed);
    Replica hung = fleet.add((number, noise) -> new Answer(SECOND, Outcome.FAILURE));
    fleet.run(rate, 60 * SECOND);
    assertThat(hung.mostPending()).as("in flight at seed %d", seed).isEqualTo(1);
    assertThat(hung.picks()).as("tries at seed %d", seed).isBetween(2, 30);
  }

  private static SimulatedFleet warm(int rate, long seed) {
    SimulatedFleet fleet = new SimulatedFleet(seed).addOrdinary(ORDINARY);
    fleet.run(rate, 5 * SECOND);
    return fleet;
  }

  private static double share(Replica replica, int rate, int seconds) {
    return replica.picks() * (ORDINARY + 1.0) / (rate * seconds);
  }
}
