// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import dev.sinew.grpc.observe.CallObserver;
import dev.sinew.grpc.observe.ChannelFigures;
import dev.sinew.grpc.observe.ChannelObserver;
import io.grpc.MethodDescriptor;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What channels do, by the service that they call. Of several to one service the counts are added, and
 * of all else the worst is shown.
 */
final class ChannelMetrics {
  static final MetricSpec CALLS = MetricSpec.counter(
      "sinew_client_calls_total",
      "calls",
      "Calls that ended, retries included in them, by status code.",
      "service",
      "method",
      "code");
  static final MetricSpec DURATION = MetricSpec.of(
      MetricSpec.Kind.HISTOGRAM,
      "sinew_client_call_duration_seconds",
      "seconds",
      "Time from a call's start to its end, retries and the waits between them included.",
      "service",
      "method");
  private static final MetricSpec ATTEMPTS = MetricSpec.counter(
      "sinew_client_attempts_total",
      "attempts",
      "Calls sent to a replica: for the first time, or again (kind first, retry).",
      "service",
      "kind");
  private static final MetricSpec BUDGET = MetricSpec.gauge(
      "sinew_client_retry_budget_ratio", "ratio", "The share of the retry budget left.", "service");
  private static final MetricSpec ENDPOINTS = MetricSpec.gauge(
      "sinew_client_endpoints",
      "endpoints",
      "Endpoints connected to, those that serve, and those that discovery no longer names"
          + " (state known, ready, retained).",
      "service",
      "state");
  private static final MetricSpec AGE = MetricSpec.gauge(
      "sinew_client_discovery_age_seconds",
      "seconds",
      "Since discovery last gave a list with an endpoint in it; where it speaks only of changes,"
          + " that grows while all is well.",
      "service");
  private static final MetricSpec SUSPICIOUS = MetricSpec.counter(
      "sinew_client_suspicious_lists_total",
      "lists",
      "Lists from discovery that were not believed in full.",
      "service");
  private static final MetricSpec SNAPSHOT = MetricSpec.gauge(
      "sinew_client_from_snapshot",
      "0 or 1",
      "Whether the endpoints come from memory or disk because discovery is silent.",
      "service");
  private static final List<MetricSpec> LOOKED_UP =
      List.of(BUDGET, ENDPOINTS, AGE, SUSPICIOUS, SNAPSHOT);

  private final Counter calls;
  private final Histogram duration;
  private final Counter attempts;
  private final AtomicInteger methods = new AtomicInteger();
  private final Bounded<Service> services = new Bounded<>(Families.MOST_SERVICES, Service::new);
  private final Map<String, List<Channel>> channels = new TreeMap<>(); // guarded by this
  private final Map<String, Double> suspiciousBefore = new TreeMap<>(); // guarded by this

  ChannelMetrics(PrometheusRegistry registry) {
    calls = Families.counter(CALLS, registry);
    duration = Families.histogram(DURATION, registry);
    attempts = Families.counter(ATTEMPTS, registry);
    registry.register(new SampleCollector(LOOKED_UP, this::collect));
  }

  static List<MetricSpec> all() {
    List<MetricSpec> all = new ArrayList<>(List.of(CALLS, DURATION, ATTEMPTS));
    all.addAll(LOOKED_UP);
    return List.copyOf(all);
  }

  ChannelObserver channel(String service, Supplier<ChannelFigures> figures) {
    Channel channel = new Channel(services.of(service), figures);
    synchronized (this) {
      channels.computeIfAbsent(channel.service.name, name -> new ArrayList<>()).add(channel);
    }
    return channel;
  }

  private synchronized void collect(Samples to) {
    channels.forEach((service, open) -> {
      List<ChannelFigures> all = open.stream().map(Channel::read).toList();
      to.add(
          BUDGET,
          all.stream()
              .mapToDouble(ChannelFigures::retryBudgetLeft)
              .filter(left -> left >= 0)
              .min()
              .orElse(Double.NaN),
          service);
      to.add(ENDPOINTS, highest(all, f -> f.endpoints().known()), service, "known");
      to.add(ENDPOINTS, lowest(all, f -> f.endpoints().ready()), service, "ready");
      to.add(ENDPOINTS, highest(all, f -> f.endpoints().retained()), service, "retained");
      to.add(AGE, highest(all, ChannelMetrics::ageSeconds), service);
      to.add(SNAPSHOT, highest(all, f -> f.endpoints().fromSnapshot() ? 1 : 0), service);
      to.add(
          SUSPICIOUS,
          suspiciousBefore.getOrDefault(service, 0.0)
              + open.stream().mapToDouble(channel -> channel.suspicious).sum(),
          service);
    });
  }

  private static double ageSeconds(ChannelFigures figures) {
    Duration age = figures.endpoints().sourceAge();
    return age == null ? Double.NaN : age.toMillis() / 1e3;
  }

  private static double highest(List<ChannelFigures> all, ToDoubleFunction<ChannelFigures> part) {
    return all.stream().mapToDouble(part).filter(value -> value >= 0).max().orElse(Double.NaN);
  }

  private static double lowest(List<ChannelFigures> all, ToDoubleFunction<ChannelFigures> part) {
    return all.stream().mapToDouble(part).min().orElse(Double.NaN);
  }

  private synchronized void closed(Channel channel) {
    List<Channel> open = channels.getOrDefault(channel.service.name, new ArrayList<>());
    if (open.contains(channel)) {
      ChannelFigures unused = channel.read();
      open.remove(channel);
      suspiciousBefore.merge(channel.service.name, channel.suspicious, Double::sum);
      if (open.isEmpty()) {
        channels.remove(channel.service.name);
      }
    }
  }

  /** The meters of all channels to one service. */
  private final class Service {
    private final String name;
    private final Bounded<CallMeter> meters;
    private final CounterDataPoint first;
    private final CounterDataPoint retry;

    Service(String name) {
      this.name = name;
      this.meters = new Bounded<>(Families.MOST_METHODS, this::meter);
      this.first = attempts.labelValues(name, "first");
      this.retry = attempts.labelValues(name, "retry");
    }

    private CallMeter meter(String method) {
      // The bound is one for all services together.
      boolean fits =
          method.equals(Bounded.OTHER) || methods.getAndIncrement() < Families.MOST_METHODS;
      String label = fits ? method : Bounded.OTHER;
      return new CallMeter(
          code -> calls.labelValues(name, label, code.name()), duration.labelValues(name, label));
    }
  }

  private final class Channel implements ChannelObserver {
    private final Service service;
    private final Supplier<ChannelFigures> figures;
    private double suspicious;

    Channel(Service service, Supplier<ChannelFigures> figures) {
      this.service = service;
      this.figures = figures;
    }

    @Override
    public CallObserver call(MethodDescriptor<?, ?> method) {
      return service.meters.of(method.getFullMethodName());
    }

    @Override
    public void attempted(boolean again) {
      (again ? service.retry : service.first).inc();
    }

    @Override
    public void closed() {
      ChannelMetrics.this.closed(this);
    }

    private ChannelFigures read() {
      ChannelFigures now = figures.get();
      suspicious = (double) now.endpoints().suspiciousLists();
      return now;
    }
  }
}
