// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.prometheus.InstantAnswer.Point;
import dev.sinew.prometheus.http.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingsTest {
  private static final Instant ASKED = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration FRESHNESS = Duration.ofSeconds(15);
  // The server's clock is years behind ours, which shall not matter.
  private static final double EVALUATED = 1_500_000_000.0;

  @Test
  void a_signal_bears_the_time_of_its_sample_by_our_clock() {
    Findings findings = calls(ages(at("r1", 2), at("r2", 15)), at("r1", 20), at("r2", 0));
    assertThat(findings.signals())
        .containsExactly(
            new Signal(Metric.CALLS_PER_SECOND, "r1", 20, ASKED.minusSeconds(2), "prometheus"),
            new Signal(Metric.CALLS_PER_SECOND, "r2", 0, ASKED.minusSeconds(15), "prometheus"));
    assertThat(findings.failures()).isEmpty();
    assertThat(findings.trouble()).isEmpty();
  }

  @Test
  void a_value_whose_samples_are_old_or_gone_is_unknown() {
    // A rate goes on for its window after the last sample of r3.
    Findings findings =
        calls(ages(at("r1", 2), at("r2", 15.1)), at("r1", 20), at("r2", 20), at("r3", 11));
    assertThat(findings.signals()).extracting(Signal::replica).containsExactly("r1");
    assertThat(findings.failures()).containsOnly(java.util.Map.entry(Failure.STALE, 2));
    assertThat(findings.trouble()).isEqualTo("stale (2 times)");
  }

  @Test
  void the_oldest_sample_counts_for_the_whole_service() {
    assertThat(calls(ages(at("r1", 2), at("r2", 9)), at("", 40)).signals())
        .extracting(Signal::replica, Signal::at)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(null, ASKED.minusSeconds(9)));
    assertFails(calls(ages(at("r1", 2), at("r2", 16)), at("", 40)), Failure.STALE);
    assertFails(calls(ages(), at("", 40)), Failure.STALE);
  }

  @Test
  void a_label_that_the_query_made_is_as_old_as_the_oldest_sample() {
    assertThat(calls(ages(at("", 3)), at("r1", 1), at("r2", 2)).signals()).hasSize(2);
    assertFails(calls(ages(at("", 16)), at("r1", 1)), Failure.STALE);
    // But among labelled samples one without the label says nothing of the others.
    assertFails(calls(ages(at("", 3), at("r2", 3)), at("r1", 1)), Failure.STALE);
  }

  @Test
  void a_sample_from_the_future_or_of_no_time_has_no_age() {
    assertFails(calls(ages(at("r1", -1)), at("r1", 1)), Failure.STALE);
    assertFails(calls(ages(at("r1", Double.NaN)), at("r1", 1)), Failure.STALE);
    assertFails(calls(ages(at("r1", Double.NEGATIVE_INFINITY)), at("r1", 1)), Failure.STALE);
    assertFails(calls(ages(at("r1", Double.NaN), at("r2", 1)), at("", 1)), Failure.STALE);
    assertFails(calls(ages(at("r1", 1), at("r2", Double.NaN)), at("", 1)), Failure.STALE);
  }

  @ParameterizedTest
  @CsvSource({
    "CPU, NaN, NOT_FINITE",
    "CPU, Infinity, NOT_FINITE",
    "CPU, -Infinity, NOT_FINITE",
    "CPU, -0.001, NEGATIVE",
    "CPU, 100.1, ABSURD",
    "CALLS_PER_SECOND, 1e308, ABSURD",
    "CALLS_PER_SECOND, 1000000001, ABSURD",
    "QUEUE_SECONDS, -1, NEGATIVE",
  })
  void a_value_that_cannot_be_is_unknown_and_its_peers_are_not(
      Metric metric, double value, Failure failure) {
    Findings findings = Findings.of(
        metric,
        ages(at("r1", 1), at("r2", 1)),
        answer(at("r1", value), at("r2", 0.5)),
        ASKED,
        FRESHNESS);
    assertThat(findings.signals()).extracting(Signal::replica).containsExactly("r2");
    assertThat(findings.failures()).containsOnlyKeys(failure);
  }

  @Test
  void nothing_is_not_zero() {
    assertFails(calls(ages(at("r1", 1))), Failure.EMPTY);
  }

  @Test
  void two_series_for_one_replica_say_nothing_of_it() {
    Findings findings =
        calls(ages(at("r1", 1), at("r2", 1)), at("r1", 1), at("r2", 2), at("r1", 1));
    assertThat(findings.signals()).extracting(Signal::replica).containsExactly("r2");
    assertThat(findings.failures()).containsOnly(java.util.Map.entry(Failure.DUPLICATE, 1));
    assertFails(calls(ages(at("", 1)), at("", 1), at("", 2)), Failure.DUPLICATE);
  }

  @Test
  void a_part_with_a_label_and_a_part_without_is_neither() {
    assertFails(calls(ages(at("r1", 1), at("", 1)), at("r1", 1), at("", 2)), Failure.UNLABELLED);
  }

  @Test
  void a_share_of_the_whole_service_is_no_load() {
    Stream.of(Metric.values())
        .filter(metric -> !Findings.ofService(metric))
        .forEach(metric -> assertFails(
            Findings.of(metric, ages(at("", 1)), answer(at("", 0.5)), ASKED, FRESHNESS),
            Failure.UNLABELLED));
  }

  private static void assertFails(Findings findings, Failure failure) {
    assertThat(findings.signals()).isEmpty();
    assertThat(findings.failures()).containsOnlyKeys(failure);
    assertThat(findings.trouble()).startsWith(failure.word());
  }

  private static Findings calls(InstantAnswer ages, Point... values) {
    return Findings.of(Metric.CALLS_PER_SECOND, ages, answer(values), ASKED, FRESHNESS);
  }

  private static Point at(String replica, double value) {
    return new Point(replica, EVALUATED, value);
  }

  private static InstantAnswer answer(Point... points) {
    return new InstantAnswer(List.of(points));
  }

  /** Points that are given as ages, as the times that they are told by. */
  private static InstantAnswer ages(Point... ages) {
    return new InstantAnswer(Stream.of(ages)
        .map(age -> new Point(age.replica(), EVALUATED, EVALUATED - age.value()))
        .toList());
  }
}
