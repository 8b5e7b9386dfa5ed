// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import dev.sinew.autoscaler.signal.Metric;
import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.load.LoadReport;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What others than the replicas tell of their load, for people: of each replica, and of the service.
 *
 * <p>Of two that tell the same, the higher word counts.
 */
final class ToldLoad {
  private final Map<String, Map<Metric, Double>> replicas = new HashMap<>();
  private final Map<Metric, Double> service = new EnumMap<>(Metric.class);

  private ToldLoad() {}

  static ToldLoad of(List<Signal> signals) {
    ToldLoad told = new ToldLoad();
    for (Signal signal : signals) {
      if (!signal.origin().equals(Signal.DIRECT)) {
        String replica = signal.replica();
        Map<Metric, Double> whose = replica == null
            ? told.service
            : told.replicas.computeIfAbsent(replica, id -> new EnumMap<>(Metric.class));
        whose.merge(signal.metric(), signal.value(), Math::max);
      }
    }
    return told;
  }

  /** The load reports of replicas, and where there is none, what others tell of them. */
  Map<String, LoadReport> completing(Map<String, LoadReport> reports) {
    Map<String, LoadReport> all = new HashMap<>();
    replicas.forEach((replica, told) -> all.put(replica, report(told)));
    all.putAll(reports);
    return all;
  }

  /** What is told of the whole service; NaN if nothing is. */
  double ofService(Metric metric) {
    return value(service, metric);
  }

  private static LoadReport report(Map<Metric, Double> told) {
    double inFlight = value(told, Metric.IN_FLIGHT);
    double queue = value(told, Metric.QUEUE_SECONDS);
    return new LoadReport(
        value(told, Metric.UTILIZATION),
        value(told, Metric.CPU),
        value(told, Metric.MEMORY),
        value(told, Metric.CALLS_PER_SECOND),
        value(told, Metric.ERRORS_PER_SECOND),
        Double.isNaN(inFlight) ? -1 : (int) Math.round(inFlight),
        Double.isNaN(queue) ? -1 : (long) (queue * 1e9),
        -1,
        -1,
        false);
  }

  private static double value(Map<Metric, Double> told, Metric metric) {
    @Nullable Double value = told.get(metric);
    return value == null ? Double.NaN : value;
  }
}
