// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HaproxySignalSourceTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final HaproxySignalSettings SETTINGS = HaproxySignalSettings.of("orders", false);

  private Duration time = Duration.ZERO;

  /** A HAProxy that says what it is told to. */
  private final class Told {
    private final HaproxyWatch watch =
        new HaproxyWatch("unix:/h.sock", command -> answer(), SETTINGS, () -> START.plus(time));
    private @Nullable String text;

    private String answer() throws IOException {
      if (text == null) {
        throw new IOException("it is\nfrozen");
      }
      return text;
    }

    void says(Answers answers) {
      says(answers.text());
    }

    void says(@Nullable String answer) {
      text = answer;
      watch.look(() -> time.toNanos());
    }
  }

  private final Told one = new Told();
  private final Told two = new Told();
  private final HaproxySignalSource single = HaproxySignalSource.of(SETTINGS, List.of(one.watch));
  private final HaproxySignalSource both =
      HaproxySignalSource.of(SETTINGS, List.of(one.watch, two.watch));

  private void after(Duration pause) {
    time = time.plus(pause);
  }

  private Instant now() {
    return START.plus(time);
  }

  private static double value(List<Signal> signals, Metric metric, @Nullable String replica) {
    return signals.stream()
        .filter(signal -> signal.metric() == metric)
        .filter(signal -> Objects.equals(signal.replica(), replica))
        .mapToDouble(Signal::value)
        .findFirst()
        .orElse(Double.NaN);
  }

  @Test
  void signals_speak_of_the_service_and_of_each_replica_by_its_id() {
    one.says(Answers.calls(100, 200).row("web1", "req_tot", 10));
    after(Duration.ofSeconds(1));
    one.says(Answers.calls(150, 280).row("web1", "req_tot", 11));
    List<Signal> signals = single.read(now());
    assertThat(value(signals, Metric.CALLS_PER_SECOND, null)).isEqualTo(80);
    assertThat(value(signals, Metric.CALLS_PER_SECOND, "a")).isEqualTo(50);
    assertThat(value(signals, Metric.CALLS_PER_SECOND, "web1")).isEqualTo(1);
    assertThat(value(signals, Metric.IN_FLIGHT, null)).isEqualTo(3);
    assertThat(value(signals, Metric.IN_FLIGHT, "a")).isEqualTo(2);
    assertThat(signals).allMatch(s -> s.at().equals(now()) && s.origin().equals("haproxy"));
    assertThat(single.lastGood()).isEqualTo(now());
    assertThat(single.lastFailure()).isEmpty();
    assertThat(single.failures()).isEmpty();
  }

  @Test
  void nothing_is_known_before_the_second_answer() {
    assertThat(single.read(now())).isEmpty();
    assertThat(single.lastGood()).isNull();
    assertThat(single.lastFailure()).isNotEmpty();
    one.says(Answers.calls(100, 200));
    assertThat(single.read(now())).isEmpty();
  }

  @Test
  void of_a_shared_backend_only_the_servers_are_told() {
    HaproxySignalSource shared = HaproxySignalSource.of(
        new HaproxySignalSettings(
            "orders", false, false, Duration.ofSeconds(1), Duration.ofSeconds(5)),
        List.of(one.watch));
    one.says(Answers.calls(100, 200));
    after(Duration.ofSeconds(1));
    one.says(Answers.calls(150, 280));
    assertThat(shared.read(now())).isNotEmpty().allMatch(s -> "a".equals(s.replica()));
  }

  @Test
  void what_is_older_than_the_freshness_is_unknown() {
    one.says(Answers.calls(100, 200));
    after(Duration.ofSeconds(1));
    one.says(Answers.calls(100, 200));
    after(Duration.ofSeconds(5));
    one.says((String) null);
    assertThat(single.read(now())).isNotEmpty();
    assertThat(single.lastFailure()).isEqualTo("it is\\u000afrozen");
    after(Duration.ofMillis(1));
    assertThat(single.read(now())).isEmpty();
    assertThat(single.read(START.minusSeconds(60))).isEmpty();
  }

  @Test
  void a_frozen_haproxy_comes_back_with_a_gap_and_no_low_rate() {
    one.says(Answers.calls(100, 200));
    after(Duration.ofSeconds(1));
    one.says(Answers.calls(200, 300));
    for (int i = 0; i < 60; i++) {
      after(Duration.ofSeconds(1));
      one.says((String) null);
    }
    one.says(Answers.calls(201, 301));
    assertThat(single.read(now())).isEmpty();
    after(Duration.ofSeconds(1));
    one.says(Answers.calls(301, 401));
    assertThat(value(single.read(now()), Metric.CALLS_PER_SECOND, null)).isEqualTo(100);
    assertThat(single.failures()).containsEntry("failure", 60L);
  }

  @Test
  void several_haproxies_add_up() {
    for (long i = 0; i < 2; i++) {
      one.says(Answers.calls(100 * i, 200 * i));
      two.says(Answers.calls(10 * i, 20 * i).row("sinew.b", "req_tot", 5 * i));
      after(Duration.ofSeconds(1));
    }
    List<Signal> signals = both.read(now());
    assertThat(value(signals, Metric.CALLS_PER_SECOND, null)).isEqualTo(220);
    assertThat(value(signals, Metric.CALLS_PER_SECOND, "a")).isEqualTo(110);
    assertThat(value(signals, Metric.CALLS_PER_SECOND, "b")).isEqualTo(5);
    assertThat(value(signals, Metric.IN_FLIGHT, null)).isEqualTo(6);
  }

  @Test
  void while_one_of_several_is_unknown_so_is_the_sum() {
    for (long i = 0; i < 2; i++) {
      one.says(Answers.calls(100 * i, 200 * i));
      after(Duration.ofSeconds(1));
    }
    assertThat(both.read(now())).isEmpty();
    two.says(Answers.calls(0, 0));
    assertThat(both.read(now())).isEmpty();
    after(Duration.ofSeconds(1));
    two.says(Answers.calls(0, 0));
    assertThat(value(both.read(now()), Metric.CALLS_PER_SECOND, null)).isEqualTo(200);
    two.says("No such proxy.\n\nPid: 4711\n");
    assertThat(both.lastFailure()).isEqualTo("there is no backend orders");
    assertThat(both.failures()).containsEntry("no-backend", 1L);
    after(Duration.ofSeconds(5));
    assertThat(both.read(now())).isEmpty();
  }

  @Test
  void two_servers_that_claim_one_replica_are_both_unknown() {
    for (long i = 0; i < 2; i++) {
      one.says(Answers.calls(100 * i, 200 * i).row("a", "req_tot", 7 * i));
      after(Duration.ofSeconds(1));
    }
    List<Signal> signals = single.read(now());
    assertThat(signals).noneMatch(signal -> "a".equals(signal.replica()));
    assertThat(value(signals, Metric.CALLS_PER_SECOND, null)).isEqualTo(200);
    assertThat(single.failures()).containsEntry("twice", 2L);
  }

  @Test
  void a_clock_that_is_ahead_dates_no_signal_into_the_future() {
    one.says(Answers.calls(100, 200));
    after(Duration.ofSeconds(1));
    one.says(Answers.calls(150, 280));
    Instant earlier = now().minusSeconds(2);
    assertThat(single.read(earlier)).isNotEmpty().allMatch(s -> s.at().equals(earlier));
  }

  @Test
  void whatever_haproxy_says_no_signal_is_beyond_what_happened() {
    // Thousands of changes of its state, each of which is worth a line otherwise.
    Logger log = Logger.getLogger(HaproxyWatch.class.getName());
    log.setLevel(Level.OFF);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    long calls = 0;
    for (int round = 0; round < 5_000; round++) {
      after(Duration.ofSeconds(1));
      calls += random.nextInt(100);
      String text = Answers.calls(calls, calls).process(1 + random.nextInt(2)).text();
      switch (random.nextInt(5)) {
        case 0 -> text = text.substring(0, random.nextInt(text.length()));
        case 1 -> text = text.replace("," + calls + ",", ",-" + calls + ",");
        case 2 ->
          text = Answers.calls(random.nextInt(9), random.nextInt(9)).process(1).text();
        case 3 -> text = "<html>" + text;
        default -> text = text.strip();
      }
      one.says(text);
      // A counter that restarted may be far below, so its growth is bounded by what it stands at.
      double most = calls;
      assertThat(single.read(now()))
          .as("seed %d round %d", seed, round)
          .allMatch(s -> s.value() >= 0 && s.value() <= Math.max(3, most));
    }
    log.setLevel(Level.INFO);
  }

  @Test
  void settings_have_bounds() {
    assertThatThrownBy(() -> HaproxySignalSettings.of("orders 6 -1;help", false))
        .hasMessageStartingWith("haproxy.backend: ");
    assertThatThrownBy(() -> new HaproxySignalSettings(
            "a", false, true, Duration.ofMillis(99), Duration.ofSeconds(5)))
        .hasMessageStartingWith("haproxy.interval: ");
    assertThatThrownBy(() -> new HaproxySignalSettings(
            "a", false, true, Duration.ofSeconds(3), Duration.ofSeconds(5)))
        .hasMessageStartingWith("haproxy.freshness: ");
    assertThatThrownBy(() -> HaproxySignalSource.start(new ArrayList<>(), SETTINGS))
        .hasMessage("haproxies: 0 (expected: 1 to 16)");
  }

  @Test
  void rates_are_per_second_of_real_time() {
    one.says(Answers.calls(0, 0));
    after(Duration.ofMillis(1_250));
    one.says(Answers.calls(0, 100));
    assertThat(value(single.read(now()), Metric.CALLS_PER_SECOND, null))
        .isCloseTo(80, within(0.001));
  }
}
