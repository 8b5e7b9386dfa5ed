// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.haproxy.server.HaproxyServer;
import dev.sinew.haproxy.socket.HaproxySocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the statistics of a real HAProxy mean, with calls whose number and length is known. */
@Tag("haproxy")
@Timeout(90)
final class RealStatisticsTest {
  private static final String DOOR = HaproxyServer.GLOBAL + """
      defaults
        mode http
        option redispatch 1
        retries 3
        retry-on conn-failure empty-response
        timeout connect 500ms
        timeout client 60s
        timeout server 60s
        timeout queue 300ms
      frontend door
        bind 127.0.0.1:${port:door} proto h2
        default_backend orders
      frontend plain
        bind 127.0.0.1:${port:plain}
        default_backend orders
      """;

  private static final HaproxySignalSettings SETTINGS = new HaproxySignalSettings(
      "orders", false, true, Duration.ofMillis(500), Duration.ofSeconds(3));

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void grpc_calls_are_counted_one_by_one_whatever_the_connections(String version) throws Exception {
    try (SlowGrpcBackend slow = new SlowGrpcBackend(Duration.ofMillis(100));
        HaproxyServer haproxy = HaproxyServer.start(version, DOOR + """
            backend orders
              server sinew.a 127.0.0.1:%1$d proto h2
              server sinew.b 127.0.0.1:%1$d proto h2
            """.formatted(slow.port()));
        HaproxySignalSource source = start(haproxy);
        Callers callers = Callers.grpc(haproxy.port("door"), 20)) {
      seesWhatHappens(source, callers);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void http_calls_on_kept_connections_are_counted_one_by_one(String version) throws Exception {
    try (SlowBackend slow = new SlowBackend(Duration.ofMillis(100));
        HaproxyServer haproxy = HaproxyServer.start(version, DOOR + """
            backend orders
              server sinew.a 127.0.0.1:%1$d
              server sinew.b 127.0.0.1:%1$d
            """.formatted(slow.port()));
        HaproxySignalSource source = start(haproxy);
        Callers callers = Callers.http(haproxy.port("plain"), 20)) {
      seesWhatHappens(source, callers);
    }
  }

  /** Twenty callers, a tenth of a second each; fewer per second if the machine is busy elsewhere. */
  private static void seesWhatHappens(HaproxySignalSource source, Callers callers)
      throws InterruptedException {
    until(() -> value(source, Metric.IN_FLIGHT, null) >= 15);
    until(() -> value(source, Metric.CALLS_PER_SECOND, null) > 50);
    mean(source, 1);
    long answeredThen = callers.answered();
    long then = System.nanoTime();
    double seen = mean(source, 8);
    double real = (callers.answered() - answeredThen) / ((System.nanoTime() - then) / 1e9);
    assertThat(seen).isCloseTo(real, within(0.15 * real));

    List<Signal> signals = source.read(Instant.now());
    double service = value(signals, Metric.CALLS_PER_SECOND, null);
    for (String replica : List.of("a", "b")) {
      assertThat(value(signals, Metric.CALLS_PER_SECOND, replica))
          .isCloseTo(service / 2, within(0.2 * service));
      assertThat(value(signals, Metric.IN_FLIGHT, replica)).isCloseTo(10, within(5.0));
    }
    assertThat(value(signals, Metric.IN_FLIGHT, null)).isBetween(15.0, 20.0);
    assertThat(value(signals, Metric.ERRORS_PER_SECOND, null)).isZero();
    assertThat(source.failures()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void demand_without_any_server_is_seen_with_its_errors(String version) throws Exception {
    try (HaproxyServer haproxy = HaproxyServer.start(version, DOOR + "backend orders\n");
        HaproxySignalSource source = start(haproxy);
        Callers callers = Callers.http(haproxy.port("plain"), 2)) {
      until(() -> value(source, Metric.CALLS_PER_SECOND, null) > 20);
      until(() -> value(source, Metric.ERRORS_PER_SECOND, null) > 20);
      assertThat(callers.failed()).isPositive();
      assertThat(callers.answered()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "haproxy3"})
  void what_waits_for_a_full_server_is_in_flight_and_its_wait_is_seen(String version)
      throws Exception {
    try (SlowBackend slow = new SlowBackend(Duration.ofMillis(100));
        HaproxyServer haproxy = HaproxyServer.start(version, DOOR + """
            backend orders
              server sinew.a 127.0.0.1:%d maxconn 2
            """.formatted(slow.port()));
        HaproxySignalSource source = start(haproxy);
        Callers callers = Callers.http(haproxy.port("plain"), 6)) {
      until(() -> value(source, Metric.IN_FLIGHT, null) == 6);
      until(() -> value(source, Metric.QUEUE_SECONDS, "a") > 0.05);
      assertThat(callers.answered()).isPositive();
      assertThat(value(source, Metric.IN_FLIGHT, "a")).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void a_reload_a_kill_and_a_freeze_are_gaps_and_never_a_spike() throws Exception {
    try (SlowBackend slow = new SlowBackend(Duration.ofMillis(50));
        HaproxyServer haproxy = HaproxyServer.start(DOOR + """
            backend orders
              server sinew.a 127.0.0.1:%d
            """.formatted(slow.port()));
        HaproxySignalSource source = start(haproxy);
        Callers callers = Callers.http(haproxy.port("plain"), 4)) {
      until(() -> value(source, Metric.CALLS_PER_SECOND, null) > 20);

      haproxy.reload();
      until(() -> source.failures().getOrDefault("restart", 0L) == 1);
      until(() -> value(source, Metric.CALLS_PER_SECOND, null) > 20);

      haproxy.kill();
      until(() -> source.failures().containsKey("unreachable"));
      until(() -> source.read(Instant.now()).isEmpty());
      haproxy.start();
      until(() -> value(source, Metric.CALLS_PER_SECOND, null) > 20);
      assertThat(source.failures()).containsEntry("restart", 2L);

      haproxy.freeze();
      until(() -> source.failures().containsKey("timeout"));
      until(() -> source.read(Instant.now()).isEmpty());
      haproxy.thaw();
      until(() -> value(source, Metric.CALLS_PER_SECOND, null) > 20);
      assertThat(value(source, Metric.CALLS_PER_SECOND, null)).isLessThan(4 / 0.05 * 1.5);
      assertThat(source.lastFailure()).isEmpty();
      assertThat(callers.answered()).isPositive();
    }
  }

  @Test
  void one_of_two_haproxies_that_dies_makes_the_sum_unknown() throws Exception {
    try (HaproxyServer one = HaproxyServer.start(DOOR + "backend orders\n");
        HaproxyServer two = HaproxyServer.start(DOOR + "backend orders\n");
        HaproxySignalSource source = HaproxySignalSource.start(
            List.of(HaproxySocket.at(one.socket()), HaproxySocket.at(two.socket())), SETTINGS)) {
      until(() -> value(source, Metric.CALLS_PER_SECOND, null) == 0);
      two.kill();
      until(() -> source.read(Instant.now()).isEmpty());
      assertThat(source.lastFailure()).contains(two.socket());
      two.start();
      until(() -> value(source, Metric.CALLS_PER_SECOND, null) == 0);
    }
  }

  @Test
  void a_backend_that_is_not_there_is_one_clear_failure() throws Exception {
    try (HaproxyServer haproxy = HaproxyServer.start(DOOR + "backend orders\n");
        HaproxySignalSource source = HaproxySignalSource.start(
            List.of(HaproxySocket.at(haproxy.socket())), HaproxySignalSettings.of("users", true))) {
      until(() -> source.failures().containsKey("no-backend"));
      assertThat(source.lastFailure()).isEqualTo("there is no backend users");
      assertThat(source.read(Instant.now())).isEmpty();
    }
  }

  private static HaproxySignalSource start(HaproxyServer haproxy) {
    return HaproxySignalSource.start(List.of(HaproxySocket.at(haproxy.socket())), SETTINGS);
  }

  /** The mean rate of the service over so many answers. */
  private static double mean(HaproxySignalSource source, int answers) throws InterruptedException {
    double sum = 0;
    Instant last = Instant.MIN;
    for (int i = 0; i < answers; i++) {
      Instant before = last;
      until(() -> {
        Instant good = source.lastGood();
        return good != null && good.isAfter(before);
      });
      last = Objects.requireNonNull(source.lastGood());
      sum += value(source, Metric.CALLS_PER_SECOND, null);
    }
    return sum / answers;
  }

  private static double value(HaproxySignalSource source, Metric metric, @Nullable String replica) {
    return value(source.read(Instant.now()), metric, replica);
  }

  private static double value(List<Signal> signals, Metric metric, @Nullable String replica) {
    return signals.stream()
        .filter(signal -> signal.metric() == metric)
        .filter(signal -> Objects.equals(signal.replica(), replica))
        .mapToDouble(Signal::value)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("20 s have passed").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
