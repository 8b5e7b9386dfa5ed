// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BackendMeterTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<String> doubts = new ArrayList<>();
  private final BackendMeter meter = meter(false);

  private BackendMeter meter(boolean grpc) {
    return new BackendMeter(grpc, Duration.ofSeconds(5), doubts::add);
  }

  private static Map<String, Figures> next(BackendMeter meter, StatAnswer answer, long nanos) {
    return meter.next(answer, nanos, nanos);
  }

  @Test
  void an_answer_that_was_held_up_is_no_spike() {
    meter.next(Answers.calls(0, 0).read(), 0, 900_000_000L);
    Map<String, Figures> late =
        meter.next(Answers.calls(100, 100).read(), SECOND, SECOND + 1_000_000);
    assertThat(requireNonNull(late.get("BACKEND")).calls()).isEqualTo(100);
    Map<String, Figures> later =
        meter.next(Answers.calls(200, 200).read(), 2 * SECOND, 2 * SECOND + 999_000_000L);
    assertThat(requireNonNull(later.get("BACKEND")).calls()).isBetween(50.0, 100.0);
  }

  @Test
  void a_rate_is_the_growth_over_the_time() {
    next(meter, Answers.calls(100, 200).read(), 0);
    Map<String, Figures> figures = next(meter, Answers.calls(150, 280).read(), 2 * SECOND);
    assertThat(requireNonNull(figures.get("sinew.a")).calls()).isEqualTo(25);
    assertThat(requireNonNull(figures.get("BACKEND")).calls()).isEqualTo(40);
    assertThat(doubts).isEmpty();
  }

  @Test
  void the_first_answer_and_a_servers_first_row_say_nothing() {
    Map<String, Figures> first = next(meter, Answers.calls(100, 200).read(), 0);
    assertThat(first).containsOnlyKeys("sinew.a", "BACKEND");
    assertThat(first.values()).allMatch(Figures.UNKNOWN::equals);
    Map<String, Figures> second =
        next(meter, Answers.calls(100, 200).row("sinew.b", "req_tot", 50).read(), SECOND);
    assertThat(requireNonNull(second.get("sinew.b"))).isEqualTo(Figures.UNKNOWN);
    assertThat(requireNonNull(second.get("sinew.a")).calls()).isZero();
  }

  @Test
  void another_process_is_a_gap_even_if_its_counters_are_higher() {
    next(meter, Answers.calls(100, 200).read(), 0);
    Map<String, Figures> other =
        next(meter, Answers.calls(900, 900).process(4712).read(), SECOND);
    assertThat(other.values()).allMatch(Figures.UNKNOWN::equals);
    assertThat(doubts).containsExactly("restart");
    Map<String, Figures> joined =
        next(meter, Answers.calls(910, 920).process(4712).read(), 2 * SECOND);
    assertThat(requireNonNull(joined.get("BACKEND")).calls()).isEqualTo(20);
  }

  @Test
  void a_counter_that_went_back_is_a_gap_of_its_own() {
    next(meter, Answers.calls(100, 200).read(), 0);
    Map<String, Figures> figures = next(meter, Answers.calls(3, 210).read(), SECOND);
    assertThat(requireNonNull(figures.get("sinew.a")).calls()).isNaN();
    assertThat(requireNonNull(figures.get("sinew.a")).inFlight()).isEqualTo(2);
    assertThat(requireNonNull(figures.get("BACKEND")).calls()).isEqualTo(10);
    assertThat(doubts).containsExactly("reset");
  }

  @Test
  void a_long_pause_is_a_gap_and_no_low_rate() {
    next(meter, Answers.calls(100, 200).read(), 0);
    assertThat(next(meter, Answers.calls(100, 200).read(), 5 * SECOND + 1).values())
        .allMatch(Figures.UNKNOWN::equals);
    assertThat(requireNonNull(
                next(meter, Answers.calls(110, 220).read(), 6 * SECOND).get("BACKEND"))
            .calls())
        .isPositive();
  }

  @Test
  void time_that_stands_still_or_goes_back_gives_no_rate() {
    next(meter, Answers.calls(100, 200).read(), SECOND);
    assertThat(next(meter, Answers.calls(200, 300).read(), SECOND).values())
        .allMatch(Figures.UNKNOWN::equals);
    assertThat(next(meter, Answers.calls(300, 400).read(), 0).values())
        .allMatch(Figures.UNKNOWN::equals);
  }

  @Test
  void a_jump_and_a_gauge_beyond_belief_are_unknown() {
    next(meter, Answers.calls(100, 200).read(), 0);
    Map<String, Figures> figures = next(
        meter,
        Answers.of(Answers.HEADER_2_6)
            .row("BACKEND", "stot", 999_999_999_999_999L, "scur", 2_000_000_000L)
            .read(),
        SECOND);
    assertThat(requireNonNull(figures.get("BACKEND")).calls()).isNaN();
    assertThat(requireNonNull(figures.get("BACKEND")).inFlight()).isNaN();
    assertThat(doubts).containsExactly("absurd", "absurd");
  }

  @Test
  void a_dead_server_that_every_call_tries_first_is_not_busy() {
    next(meter, Answers.of(Answers.HEADER_2_6).row("s", "stot", 0, "req_tot", 0).read(), 0);
    Map<String, Figures> figures = next(
        meter,
        Answers.of(Answers.HEADER_2_6).row("s", "stot", 500, "req_tot", 0).read(),
        SECOND);
    assertThat(requireNonNull(figures.get("s")).calls()).isZero();
  }

  @Test
  void what_waits_for_a_server_is_in_flight_once() {
    next(meter, Answers.calls(0, 0).read(), 0);
    Map<String, Figures> figures = next(
        meter,
        Answers.of(Answers.HEADER_2_6)
            .row("sinew.a", "scur", 2, "qcur", 4)
            .row("BACKEND", "scur", 8, "qcur", 6)
            .read(),
        SECOND);
    assertThat(requireNonNull(figures.get("sinew.a")).inFlight()).isEqualTo(6);
    assertThat(requireNonNull(figures.get("BACKEND")).inFlight()).isEqualTo(8);
  }

  @Test
  void in_tcp_mode_a_connection_is_a_call() {
    next(meter, tcp(10).read(), 0);
    assertThat(requireNonNull(next(meter, tcp(30).read(), SECOND).get("s")).calls())
        .isEqualTo(20);
  }

  private static Answers tcp(long connections) {
    return Answers.of(Answers.HEADER_2_6)
        .row("s", "stot", connections, "req_tot", "", "hrsp_5xx", "");
  }

  @Test
  void errors_are_what_clients_saw_of_the_service_and_what_a_server_did() {
    next(meter, Answers.calls(0, 0).read(), 0);
    Map<String, Figures> figures = next(
        meter,
        Answers.of(Answers.HEADER_2_6)
            .row("sinew.a", "hrsp_5xx", 1, "econ", 2, "eresp", 4, "req_tot", 9)
            .row("BACKEND", "hrsp_5xx", 7, "econ", 2, "eresp", 4, "stot", 9)
            .read(),
        SECOND);
    assertThat(requireNonNull(figures.get("sinew.a")).errors()).isEqualTo(7);
    assertThat(requireNonNull(figures.get("BACKEND")).errors()).isEqualTo(7);
  }

  @Test
  void no_error_among_grpc_calls_says_nothing() {
    BackendMeter grpc = meter(true);
    next(grpc, Answers.calls(0, 0).read(), 0);
    assertThat(requireNonNull(next(grpc, Answers.calls(5, 5).read(), SECOND).get("BACKEND"))
            .errors())
        .isNaN();
    Map<String, Figures> figures = next(
        grpc,
        Answers.of(Answers.HEADER_2_6).row("BACKEND", "hrsp_5xx", 3, "stot", 9).read(),
        2 * SECOND);
    assertThat(requireNonNull(figures.get("BACKEND")).errors()).isEqualTo(3);
  }

  @Test
  void the_wait_is_known_only_while_there_are_calls() {
    next(meter, waiting(10).read(), 0);
    assertThat(requireNonNull(next(meter, waiting(20).read(), SECOND).get("s")).queueSeconds())
        .isEqualTo(0.25);
    assertThat(
            requireNonNull(next(meter, waiting(20).read(), 2 * SECOND).get("s")).queueSeconds())
        .isNaN();
  }

  private static Answers waiting(long calls) {
    return Answers.of(Answers.HEADER_2_6).row("s", "req_tot", calls, "qtime", 250);
  }

  @Test
  void a_missing_column_is_unknown_not_zero() throws UnreadableException {
    String text = "# pxname,svname,req_tot,\norders,s,5,\n\nPid: 1\n";
    next(meter, StatAnswer.read(text, "orders"), 0);
    Figures figures =
        requireNonNull(next(meter, StatAnswer.read(text, "orders"), SECOND).get("s"));
    assertThat(figures.calls()).isZero();
    assertThat(figures.inFlight()).isNaN();
    assertThat(figures.errors()).isNaN();
  }
}
