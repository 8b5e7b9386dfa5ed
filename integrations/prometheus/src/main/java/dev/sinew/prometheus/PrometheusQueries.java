// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.Expect;
import dev.sinew.autoscaler.signal.Metric;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Which PromQL tells which metric of a service.
 *
 * <p>A series with the label {@code replica} speaks of that replica, by its id; one without it of the
 * whole service, which only rates and calls in flight may. An expression may make the label from another
 * one of series that have none: then the oldest of all samples is the age of each. In every expression
 * {@code $service} stands for the service's name, to be put between double quotes, and {@code $window}
 * for the time that rates are taken over.
 */
public final class PrometheusQueries {
  private final String service;
  private final Duration window;
  private final Map<Metric, MetricQuery> queries;

  private PrometheusQueries(String service, Duration window, Map<Metric, MetricQuery> queries) {
    this.service = service;
    this.window = window;
    this.queries = Collections.unmodifiableMap(queries);
  }

  /** The families of metrics whose names are known. */
  public enum Names {
    /** Sinew's servers: all metrics but none of the whole service. */
    SINEW,
    /**
     * The OpenTelemetry plugin of grpc-java (gRFC A66): calls and errors. A replica that was never
     * called is unknown. Calls in flight cannot be told: calls that end before they reach a handler
     * are counted as ended and never as started.
     */
    GRPC,
    /**
     * Micrometer as Spring Boot sets it up: HTTP requests, failed ones, processor and heap. Requests
     * below /actuator do not count.
     */
    MICROMETER,
    /**
     * Envoy's cluster of the service's name: calls and errors of the whole service, over all Envoys.
     * Envoy's own retries count; what its circuit breaker refuses does not.
     */
    ENVOY;

    private void tell(BiConsumer<Metric, String> tells) {
      switch (this) {
        case SINEW -> MetricNames.sinew(tells);
        case GRPC -> MetricNames.grpc(tells);
        case MICROMETER -> MetricNames.micrometer(tells);
        case ENVOY -> MetricNames.envoy(tells);
      }
    }
  }

  /**
   * No metric yet.
   *
   * @param service its name, 1 to 253 characters, none of them a control character
   * @param window 1 s to 1 h; at least four scrape intervals, or rates come and go
   */
  public static PrometheusQueries of(String service, Duration window) {
    boolean printable = service.chars().noneMatch(Character::isISOControl);
    Expect.that(
        !service.isEmpty() && service.length() <= 253 && printable,
        "service",
        service,
        "1 to 253 printable characters");
    Expect.that(
        window.toMillis() >= 1000 && window.compareTo(Duration.ofHours(1)) <= 0,
        "window",
        window,
        "1 s to 1 h");
    return new PrometheusQueries(service, window, Map.of());
  }

  /** Every metric that a family of names tells. */
  public static PrometheusQueries of(String service, Duration window, Names names) {
    PrometheusQueries none = of(service, window);
    Map<Metric, MetricQuery> queries = new EnumMap<>(Metric.class);
    names.tell(
        (metric, promql) -> queries.put(metric, MetricQuery.of(metric, none.filled(promql))));
    return new PrometheusQueries(service, window, queries);
  }

  /**
   * The same with one metric told by an expression, which replaces the one it had.
   *
   * @param promql names a series, and none of them by {@code offset} or {@code @}; whether it is right
   *     in itself the server says when it is asked
   * @throws IllegalArgumentException if it is not so
   */
  public PrometheusQueries with(Metric metric, String promql) {
    Map<Metric, MetricQuery> more = new EnumMap<>(Metric.class);
    more.putAll(queries);
    more.put(metric, MetricQuery.of(metric, filled(promql)));
    return new PrometheusQueries(service, window, more);
  }

  /** The same without the metrics that nobody needs. */
  public PrometheusQueries only(Collection<Metric> needed) {
    Map<Metric, MetricQuery> fewer = new EnumMap<>(Metric.class);
    fewer.putAll(queries);
    fewer.keySet().retainAll(needed);
    return new PrometheusQueries(service, window, fewer);
  }

  /** The metrics it asks for. */
  public Set<Metric> tells() {
    Set<Metric> metrics = EnumSet.noneOf(Metric.class);
    metrics.addAll(queries.keySet());
    return Collections.unmodifiableSet(metrics);
  }

  /** The service's name. */
  public String service() {
    return service;
  }

  /**
   * The expression for a metric as it is sent.
   *
   * @throws IllegalArgumentException if it does not tell the metric
   */
  public String promql(Metric metric) {
    MetricQuery query = queries.get(metric);
    if (query == null) {
      throw new IllegalArgumentException(Expect.message("metric", metric, "one of " + tells()));
    }
    return query.values();
  }

  List<MetricQuery> all() {
    return List.copyOf(queries.values());
  }

  private String filled(String promql) {
    String quoted = service.replace("\\", "\\\\").replace("\"", "\\\"");
    return promql.replace("$window", window.toMillis() + "ms").replace("$service", quoted);
  }
}
