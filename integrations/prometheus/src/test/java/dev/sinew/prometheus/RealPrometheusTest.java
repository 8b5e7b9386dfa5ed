// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.prometheus.PrometheusQueries.Names;
import dev.sinew.prometheus.http.PrometheusTarget;
import dev.sinew.prometheus.server.PrometheusServer;
import dev.sinew.prometheus.server.TestExporter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every known family of names, and expressions of one's own, against the real server. */
@Tag("prometheus")
class RealPrometheusTest {
  private static final Duration SCRAPE = Duration.ofMillis(300);
  private static final Duration WINDOW = Duration.ofSeconds(3);
  private static final Duration FRESHNESS = Duration.ofMillis(1500);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void sinews_own_names_tell_every_metric_of_every_replica() throws Exception {
    String gauges = """
        sinew_server_utilization_ratio 0.5
        sinew_server_cpu_ratio 0.25
        sinew_server_memory_ratio 0.75
        sinew_server_queue_seconds 0.01
        """;
    TestExporter busy = open(TestExporter.counting(
        "sinew_server_calls_total{method=\"a\",code=\"OK\"}",
        40,
        "sinew_server_in_flight 2\n" + gauges));
    long begun = System.nanoTime();
    TestExporter failing = open(new TestExporter(() -> {
      double calls = 10 * (System.nanoTime() - begun) / 1e9;
      return "sinew_server_calls_total{method=\"a\",code=\"OK\"} " + calls
          + "\nsinew_server_calls_total{method=\"a\",code=\"UNAVAILABLE\"} " + calls
          + "\nsinew_server_calls_total{method=\"a\",code=\"RESOURCE_EXHAUSTED\"} " + calls
          + "\nsinew_server_in_flight 1\n";
    }));
    TestExporter idle = open(new TestExporter(() -> "sinew_server_in_flight 0\n"));
    TestExporter first = open(new TestExporter(() -> "sinew_server_in_flight 1\n"));
    TestExporter swamped = open(new TestExporter(() -> {
      double seconds = (System.nanoTime() - begun) / 1e9;
      return "sinew_server_calls_total{method=\"a\",code=\"OK\"} " + 10 * seconds
          + "\nsinew_server_in_flight " + 30 * seconds + "\n";
    }));
    TestExporter blind =
        open(TestExporter.counting("sinew_server_calls_total{method=\"a\",code=\"OK\"}", 40, ""));
    PrometheusServer server = server(
        busy.target("busy"),
        failing.target("failing"),
        idle.target("idle"),
        first.target("first"),
        swamped.target("swamped"),
        blind.target("blind"));
    PrometheusSignalSource source =
        source(server, PrometheusQueries.of("orders", WINDOW, Names.SINEW));
    await(
        () -> value(source, Metric.CALLS_PER_SECOND, "busy") > 39
            && value(source, Metric.CALLS_PER_SECOND, "failing") > 29
            && value(source, Metric.CALLS_PER_SECOND, "swamped") > 38
            && value(source, Metric.CALLS_PER_SECOND, "blind") > 38
            && value(source, Metric.CALLS_PER_SECOND, "idle") == 0,
        source);
    assertThat(value(source, Metric.CALLS_PER_SECOND, "busy")).isCloseTo(40, within(2.0));
    assertThat(value(source, Metric.CALLS_PER_SECOND, "failing")).isCloseTo(30, within(2.0));
    assertThat(value(source, Metric.ERRORS_PER_SECOND, "failing")).isCloseTo(10, within(1.0));
    assertThat(value(source, Metric.ERRORS_PER_SECOND, "busy")).isZero();
    assertThat(value(source, Metric.ERRORS_PER_SECOND, "idle")).isZero();
    // It takes in 40 calls a second and ends 10.
    assertThat(value(source, Metric.CALLS_PER_SECOND, "swamped")).isCloseTo(40, within(3.0));
    assertThat(value(source, Metric.CALLS_PER_SECOND, "blind")).isCloseTo(40, within(2.0));
    // Its first call is under way: it may become any rate.
    assertThat(value(source, Metric.CALLS_PER_SECOND, "first")).isNaN();
    assertThat(value(source, Metric.ERRORS_PER_SECOND, "first")).isNaN();
    assertThat(value(source, Metric.IN_FLIGHT, "first")).isEqualTo(1);
    assertThat(value(source, Metric.UTILIZATION, "busy")).isEqualTo(0.5);
    assertThat(value(source, Metric.CPU, "busy")).isEqualTo(0.25);
    assertThat(value(source, Metric.MEMORY, "busy")).isEqualTo(0.75);
    assertThat(value(source, Metric.QUEUE_SECONDS, "busy")).isEqualTo(0.01);
    assertThat(value(source, Metric.QUEUE_SECONDS, "idle")).isNaN();
    Instant now = Instant.now();
    assertThat(source.read(now)).allSatisfy(signal -> {
      assertThat(signal.at()).isBetween(now.minus(FRESHNESS), now);
      assertThat(signal.origin()).isEqualTo("prometheus");
    });
  }

  @Test
  void a_replica_that_two_jobs_scrape_counts_once() throws Exception {
    TestExporter replica = open(TestExporter.counting(
        "sinew_server_calls_total{method=\"a\",code=\"OK\"}", 40, "sinew_server_in_flight 2"));
    String once = PrometheusServer.scraping(SCRAPE, "orders", replica.target("r1"));
    String job = once.substring(once.indexOf("- job_name"));
    PrometheusServer server =
        open(PrometheusServer.start(once + job.replace("job_name: sinew", "job_name: again")));
    PrometheusSignalSource source =
        source(server, PrometheusQueries.of("orders", WINDOW, Names.SINEW));
    await(
        () -> server(server, "count(sinew_server_in_flight)").contains("\"2\"]")
            && value(source, Metric.CALLS_PER_SECOND, "r1") > 39,
        source);
    assertThat(value(source, Metric.CALLS_PER_SECOND, "r1")).isCloseTo(40, within(2.0));
    assertThat(source.failures()).doesNotContainKey("duplicate");
  }

  @Test
  void the_names_of_others_tell_what_they_can() throws Exception {
    long begun = System.nanoTime();
    Supplier<String> text = () -> {
      double n = (System.nanoTime() - begun) / 1e9;
      return "grpc_server_call_started_total{grpc_method=\"a.B/C\"} " + 50 * n
          + "\ngrpc_server_call_started_total{grpc_method=\"grpc.health.v1.Health/Check\"} " + 9 * n
          + "\ngrpc_server_call_duration_seconds_count{grpc_method=\"a.B/C\",grpc_status=\"OK\"} "
          + 40 * n
          + "\ngrpc_server_call_duration_seconds_count{grpc_method=\"a.B/C\",grpc_status=\"INTERNAL\"}"
          + " " + 10 * n
          + "\nhttp_server_requests_seconds_count{uri=\"/x\",status=\"200\",outcome=\"SUCCESS\"} "
          + 20 * n
          + "\nhttp_server_requests_seconds_count{uri=\"/x\",status=\"503\",outcome=\"SERVER_ERROR\"} "
          + 5 * n
          + "\nhttp_server_requests_seconds_count{uri=\"/actuator/prometheus\",status=\"200\"} " + n
          + "\nprocess_cpu_usage 0.4\n"
          + "jvm_memory_used_bytes{area=\"heap\",id=\"G1 Eden Space\"} 100\n"
          + "jvm_memory_used_bytes{area=\"heap\",id=\"G1 Old Gen\"} 200\n"
          + "jvm_memory_max_bytes{area=\"heap\",id=\"G1 Eden Space\"} -1\n"
          + "jvm_memory_max_bytes{area=\"heap\",id=\"G1 Old Gen\"} 600\n"
          + "envoy_cluster_upstream_rq_total{envoy_cluster_name=\"orders\"} " + 60 * n
          + "\nenvoy_cluster_upstream_rq_xx{envoy_cluster_name=\"orders\",envoy_response_code_class=\"5\"}"
          + " " + 6 * n + "\n";
    };
    TestExporter one = open(new TestExporter(text));
    TestExporter two = open(new TestExporter(text));
    PrometheusServer server = server(one.target("r1"), two.target("r2"));
    PrometheusSignalSource grpc =
        source(server, PrometheusQueries.of("orders", WINDOW, Names.GRPC));
    PrometheusSignalSource micrometer =
        source(server, PrometheusQueries.of("orders", WINDOW, Names.MICROMETER));
    PrometheusSignalSource envoy =
        source(server, PrometheusQueries.of("orders", WINDOW, Names.ENVOY));
    for (PrometheusSignalSource source : List.of(grpc, micrometer, envoy)) {
      await(
          () ->
              sum(source, Metric.CALLS_PER_SECOND) > 48 && source.lastFailure().isEmpty(),
          source);
    }
    assertThat(value(grpc, Metric.CALLS_PER_SECOND, "r1")).isCloseTo(50, within(3.0));
    assertThat(value(grpc, Metric.ERRORS_PER_SECOND, "r2")).isCloseTo(10, within(1.0));
    assertThat(value(micrometer, Metric.CALLS_PER_SECOND, "r1")).isCloseTo(25, within(2.0));
    assertThat(value(micrometer, Metric.ERRORS_PER_SECOND, "r1")).isCloseTo(5, within(0.5));
    assertThat(value(micrometer, Metric.CPU, "r1")).isEqualTo(0.4);
    assertThat(value(micrometer, Metric.MEMORY, "r1")).isEqualTo(0.5);
    // Of the whole service, and two Envoys.
    assertThat(envoy.read(Instant.now()))
        .allMatch(signal -> signal.replica() == null)
        .hasSize(2);
    await(() -> sum(envoy, Metric.CALLS_PER_SECOND) > 114, envoy);
    assertThat(sum(envoy, Metric.CALLS_PER_SECOND)).isCloseTo(120, within(6.0));
    assertThat(sum(envoy, Metric.ERRORS_PER_SECOND)).isCloseTo(12, within(0.6));
  }

  @Test
  void a_dead_and_a_hung_replica_leave_long_before_their_rates_end() throws Exception {
    Duration window = Duration.ofSeconds(30);
    List<TestExporter> exporters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      exporters.add(open(TestExporter.counting(
          "sinew_server_calls_total{code=\"OK\"}", 40, "sinew_server_in_flight 2")));
    }
    PrometheusServer server = server(
        exporters.get(0).target("lives"),
        exporters.get(1).target("dies"),
        exporters.get(2).target("hangs"));
    PrometheusQueries queries =
        PrometheusQueries.of("orders", window, Names.SINEW).only(Set.of(Metric.CALLS_PER_SECOND));
    PrometheusSignalSource source = source(server, queries);
    await(() -> replicas(source).size() == 3, source);
    exporters.get(1).close();
    exporters.get(2).hang();
    long began = System.nanoTime();
    await(() -> replicas(source).equals(Set.of("lives")), source);
    assertThat(System.nanoTime() - began)
        .isLessThan(FRESHNESS.plus(Duration.ofSeconds(3)).toNanos());
    // Prometheus itself still has a rate for both, and a sum that includes them.
    assertThat(server.query(queries.promql(Metric.CALLS_PER_SECOND))).contains("dies", "hangs");
    await(() -> source.failures().getOrDefault("stale", 0L) > 0, source);
    exporters.get(2).recover();
    await(() -> replicas(source).equals(Set.of("lives", "hangs")), source);
  }

  @Test
  void samples_without_a_mark_of_staleness_grow_old_all_the_same() throws Exception {
    // With a timestamp of its own Prometheus marks no series stale, and repeats it for five
    // minutes.
    long then = System.currentTimeMillis();
    TestExporter exporter = open(new TestExporter(() -> "cpu 0.5 " + then + "\n"));
    PrometheusServer server = server(exporter.target("r1"));
    PrometheusSignalSource source = source(
        server, PrometheusQueries.of("orders", WINDOW).with(Metric.CPU, "max by (replica) (cpu)"));
    await(() -> source.failures().getOrDefault("stale", 0L) > 0, source);
    assertThat(source.read(Instant.now())).isEmpty();
    assertThat(server.query("cpu")).contains("0.5");
  }

  @Test
  void expressions_of_ones_own_are_asked_as_they_are() throws Exception {
    TestExporter exporter =
        open(TestExporter.counting("x", 40, "g{pod=\"p-1\"} 3\ng{pod=\"p-2\"} 4"));
    String service = "or\\der\"s} or up";
    PrometheusServer server =
        open(PrometheusServer.start(PrometheusServer.scraping(SCRAPE, "S", exporter.target("r1"))
            .replace(", replica: 'r1'", "")
            .replace("'S'", "\"" + service.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")));
    PrometheusQueries queries = PrometheusQueries.of(service, WINDOW)
        .with(Metric.CALLS_PER_SECOND, "scalar(sum(rate(x{service=\"$service\"}[$window])))")
        .with(
            Metric.IN_FLIGHT,
            "max by (replica) (label_replace(g, \"replica\", \"$1\", \"pod\", \"(.*)\"))")
        .with(Metric.CPU, "g * on(replica) group_left (nonsense")
        .with(Metric.MEMORY, "g + on(replica) g")
        .with(Metric.UTILIZATION, "rate(x[3s])[1m:1s]");
    PrometheusSignalSource source = source(server, queries);
    await(
        () -> value(source, Metric.CALLS_PER_SECOND, "") > 38
            && value(source, Metric.IN_FLIGHT, "p-2") == 4
            && source.failures().getOrDefault("query-refused", 0L) > 1
            && source.failures().getOrDefault("wrong-type", 0L) > 1,
        source);
    assertThat(value(source, Metric.IN_FLIGHT, "p-1")).isEqualTo(3);
    assertThat(source.lastFailure())
        .contains("cpu: ", "the query is refused (status 400", "utilization: ");
    assertThat(source.read(Instant.now())).hasSize(3);
  }

  private <T extends AutoCloseable> T open(T one) {
    open.add(0, one);
    return one;
  }

  private PrometheusServer server(String... targets) throws Exception {
    return open(PrometheusServer.start(PrometheusServer.scraping(SCRAPE, "orders", targets)));
  }

  private PrometheusSignalSource source(PrometheusServer server, PrometheusQueries queries) {
    return open(PrometheusSignalSource.start(
        PrometheusTarget.at(server.http().toString()),
        queries,
        Duration.ofMillis(500),
        FRESHNESS,
        InstantSource.system()));
  }

  private static String server(PrometheusServer server, String promql) {
    try {
      return server.query(promql);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is told of a replica, or of the service if it is empty; NaN if it is unknown. */
  private static double value(PrometheusSignalSource source, Metric metric, String replica) {
    return source.read(Instant.now()).stream()
        .filter(signal -> signal.metric() == metric)
        .filter(signal -> replica.equals(signal.replica() == null ? "" : signal.replica()))
        .mapToDouble(Signal::value)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static double sum(PrometheusSignalSource source, Metric metric) {
    return source.read(Instant.now()).stream()
        .filter(signal -> signal.metric() == metric)
        .mapToDouble(Signal::value)
        .sum();
  }

  private static Set<String> replicas(PrometheusSignalSource source) {
    return source.read(Instant.now()).stream()
        .map(signal -> String.valueOf(signal.replica()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void await(BooleanSupplier condition, PrometheusSignalSource source)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("%s %s %s", source.read(Instant.now()), source.failures(), source.lastFailure())
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
