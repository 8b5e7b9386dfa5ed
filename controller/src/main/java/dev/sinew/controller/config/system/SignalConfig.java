// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One source of a service's signals.
 *
 * @param source who tells them
 * @param interval how often it is asked, 1 s to 1 h
 * @param freshness what is older is unknown; 1 s to 5 min
 * @param names for Prometheus, whose metric names the built-in queries follow; else empty
 * @param queries for Prometheus, queries of one's own, in place of the built-in ones
 */
public record SignalConfig(
    Source source,
    Duration interval,
    Duration freshness,
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
    Set<Metric> told = EnumSet.of(Metric.CALLS_PER_SECOND);
    if (source == Source.HAPROXY || names.equals("envoy")) {
      told.add(Metric.IN_FLIGHT);
    } else if (names.equals("micrometer")) {
      told.addAll(List.of(Metric.CPU, Metric.MEMORY));
    } else if (!names.equals("grpc")) {
      told.addAll(List.of(Metric.UTILIZATION, Metric.CPU, Metric.MEMORY, Metric.IN_FLIGHT));
    }
    told.addAll(queries.keySet());
    return told;
  }

  /** Copies the map. */
  public SignalConfig {
    queries = Map.copyOf(queries);
  }
}
