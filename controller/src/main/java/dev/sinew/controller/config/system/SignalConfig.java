// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.prometheus.PrometheusQueries;
import dev.sinew.prometheus.PrometheusQueries.Names;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One source of a service's signals.
 *
 * @param source who tells them
 * @param interval how often it is asked, 1 s to 1 h
 * @param freshness what is older is unknown; 1 s to 5 min
 * @param window for Prometheus, the time that rates are taken over
 * @param names for Prometheus, whose metric names the built-in queries follow; else empty
 * @param queries for Prometheus, queries of one's own, in place of the built-in ones
 */
public record SignalConfig(
    Source source,
    Duration interval,
    Duration freshness,
    Duration window,
    String names,
    Map<Metric, String> queries) {

  /** Who tells signals. */
  public enum Source {
    /** Each replica, by ORCA load reports. */
    ORCA(Signal.DIRECT),
    /** A Prometheus server. */
    PROMETHEUS("prometheus"),
    /** The HAProxy in front of the service. */
    HAPROXY("haproxy");

    private final String origin;

    Source(String origin) {
      this.origin = origin;
    }

    /** The origin that its signals bear. */
    public String origin() {
      return origin;
    }
  }

  /** The metrics that it can tell. */
  public Set<Metric> tells() {
    return switch (source) {
      case ORCA ->
        EnumSet.of(
            Metric.CALLS_PER_SECOND,
            Metric.UTILIZATION,
            Metric.CPU,
            Metric.MEMORY,
            Metric.IN_FLIGHT);
      case HAPROXY -> EnumSet.of(Metric.CALLS_PER_SECOND, Metric.IN_FLIGHT);
      case PROMETHEUS -> asked("any").tells();
    };
  }

  /**
   * What a Prometheus server is asked of a service.
   *
   * @throws IllegalArgumentException if a query of one's own is not of the form
   */
  public PrometheusQueries asked(String service) {
    PrometheusQueries asked =
        PrometheusQueries.of(service, window, Names.valueOf(names.toUpperCase(Locale.ROOT)));
    for (Map.Entry<Metric, String> query : queries.entrySet()) {
      asked = asked.with(query.getKey(), query.getValue());
    }
    return asked;
  }

  /** Copies the map. */
  public SignalConfig {
    queries = Map.copyOf(queries);
  }
}
