// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import dev.sinew.grpc.observe.CallObserver;
import dev.sinew.grpc.observe.ServerObserver;
import dev.sinew.load.LoadReport;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What servers do. Several of one process are shown as one: counts are added, of ratios and waits the
 * highest is shown.
 */
final class ServerMetrics {
  static final MetricSpec CALLS = MetricSpec.counter(
      "sinew_server_calls_total", "calls", "Calls that ended, by status code.", "method", "code");
  static final MetricSpec DURATION = MetricSpec.of(
      MetricSpec.Kind.HISTOGRAM,
      "sinew_server_call_duration_seconds",
      "seconds",
      "Time from a call's arrival to its end, queue included; a stream's is as long as its caller wants.",
      "method");

  private static final MetricSpec IN_FLIGHT = MetricSpec.gauge(
      "sinew_server_in_flight", "calls", "Calls that arrived and have not ended, queued ones too.");
  private static final MetricSpec QUEUE = MetricSpec.gauge(
      "sinew_server_queue_seconds",
      "seconds",
      "Recent wait between a call's arrival and the start of its handler.");
  private static final MetricSpec UTILIZATION = MetricSpec.gauge(
      "sinew_server_utilization_ratio",
      "ratio",
      "Busy share of the workers, or of the processor where workers are not set.");
  private static final MetricSpec CPU = MetricSpec.gauge(
      "sinew_server_cpu_ratio", "ratio", "Processor time used, of what the cgroup allows.");
  private static final MetricSpec MEMORY =
      MetricSpec.gauge("sinew_server_memory_ratio", "ratio", "Memory used, of its limit.");
  private static final MetricSpec DRAINING =
      MetricSpec.gauge("sinew_server_draining", "0 or 1", "Whether the server is about to leave.");
  private static final MetricSpec WITHIN = MetricSpec.counter(
      "sinew_server_within_objective_total",
      "calls",
      "Unary calls answered within the latency objective.");
  private static final MetricSpec OVER = MetricSpec.counter(
      "sinew_server_over_objective_total",
      "calls",
      "Unary calls answered later than the latency objective.");
  private static final List<MetricSpec> LOOKED_UP =
      List.of(IN_FLIGHT, QUEUE, UTILIZATION, CPU, MEMORY, DRAINING, WITHIN, OVER);

  private static final double NANOS = 1e9;

  private final Bounded<CallMeter> meters;
  private final List<Watched> servers = new ArrayList<>(); // guarded by this
  private double withinBefore; // guarded by this: of servers that stopped
  private double overBefore;

  ServerMetrics(PrometheusRegistry registry) {
    Counter calls = Families.counter(CALLS, registry);
    Histogram duration = Families.histogram(DURATION, registry);
    meters = new Bounded<>(
        Families.MOST_METHODS,
        method -> new CallMeter(
            code -> calls.labelValues(method, code.name()), duration.labelValues(method)));
    registry.register(new SampleCollector(LOOKED_UP, this::collect));
  }

  static List<MetricSpec> all() {
    List<MetricSpec> all = new ArrayList<>(List.of(CALLS, DURATION));
    all.addAll(LOOKED_UP);
    return List.copyOf(all);
  }

  ServerObserver server(Set<String> methods, Supplier<LoadReport> load) {
    Map<String, CallObserver> known = new HashMap<>();
    methods.forEach(method -> known.put(method, meters.of(method)));
    Watched watched = new Watched(Map.copyOf(known), load);
    synchronized (this) {
      servers.add(watched);
    }
    return watched;
  }

  private synchronized void collect(Samples to) {
    List<LoadReport> reports = servers.stream().map(Watched::read).toList();
    to.add(IN_FLIGHT, sum(reports, LoadReport::inFlight));
    to.add(QUEUE, highest(reports, LoadReport::queueNanos) / NANOS);
    to.add(UTILIZATION, highest(reports, LoadReport::utilization));
    to.add(CPU, highest(reports, LoadReport::cpu));
    to.add(MEMORY, highest(reports, LoadReport::memory));
    if (!reports.isEmpty()) {
      to.add(DRAINING, reports.stream().allMatch(LoadReport::draining));
    }
    if (!servers.isEmpty() || withinBefore + overBefore > 0) {
      to.add(WITHIN, withinBefore + servers.stream().mapToDouble(s -> s.within).sum());
      to.add(OVER, overBefore + servers.stream().mapToDouble(s -> s.over).sum());
    }
  }

  private static double sum(List<LoadReport> reports, ToDoubleFunction<LoadReport> part) {
    return reports.isEmpty() || reports.stream().anyMatch(r -> !(part.applyAsDouble(r) >= 0))
        ? Double.NaN
        : reports.stream().mapToDouble(part).sum();
  }

  private static double highest(List<LoadReport> reports, ToDoubleFunction<LoadReport> part) {
    return reports.stream().mapToDouble(part).filter(value -> value >= 0).max().orElse(Double.NaN);
  }

  private synchronized void stopped(Watched server) {
    if (servers.contains(server)) {
      LoadReport unused = server.read();
      servers.remove(server);
      withinBefore += server.within;
      overBefore += server.over;
    }
  }

  private final class Watched implements ServerObserver {
    private final Map<String, CallObserver> methods;
    private final Supplier<LoadReport> load;
    // The latest that was known: a counter must not go back because a report says nothing.
    private double within;
    private double over;

    Watched(Map<String, CallObserver> methods, Supplier<LoadReport> load) {
      this.methods = methods;
      this.load = load;
    }

    @Override
    public CallObserver call(String fullMethodName) {
      CallObserver known = methods.get(fullMethodName);
      return known == null ? meters.other() : known;
    }

    @Override
    public void stopped() {
      ServerMetrics.this.stopped(this);
    }

    private LoadReport read() {
      LoadReport report = load.get();
      within = Math.max(within, (double) report.withinObjective());
      over = Math.max(over, (double) report.overObjective());
      return report;
    }
  }
}
