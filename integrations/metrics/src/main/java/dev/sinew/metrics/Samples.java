// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of some metrics at the moment of a scrape. What is unknown has no sample; the first value
 * of a metric with the same labels stands. Not thread-safe.
 */
public final class Samples {
  private final Map<MetricSpec, Map<Labels, Double>> values = new LinkedHashMap<>();

  /** None yet, of these metrics. */
  public Samples(List<MetricSpec> metrics) {
    metrics.forEach(metric -> values.put(metric, new LinkedHashMap<>()));
  }

  /**
   * Adds a value.
   *
   * @param metric a counter, a gauge or an info
   * @param value not added if it is unknown: not finite, or negative
   * @param labels the values of the metric's labels, in their order
   * @throws IllegalArgumentException if there are more or fewer labels than the metric has
   */
  public void add(MetricSpec metric, double value, String... labels) {
    Map<Labels, Double> of = values.get(metric);
    if (of == null) {
      throw new IllegalArgumentException("metric: " + metric.name() + " (expected: one of these)");
    }
    if (value >= 0 && value <= Double.MAX_VALUE) {
      of.putIfAbsent(Labels.of(metric.labelNames(), labels), value);
    }
  }

  /** Adds 1 or 0. */
  public void add(MetricSpec metric, boolean value, String... labels) {
    add(metric, value ? 1 : 0, labels);
  }

  /** All metrics that have a value. */
  public MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    values.forEach((metric, points) -> {
      if (!points.isEmpty()) {
        all.metricSnapshot(snapshot(metric, points));
      }
    });
    return all.build();
  }

  private static MetricSnapshot snapshot(MetricSpec metric, Map<Labels, Double> points) {
    return switch (metric.kind()) {
      case COUNTER -> counter(metric, points);
      case GAUGE -> gauge(metric, points);
      case INFO -> info(metric, points);
      case HISTOGRAM -> throw new IllegalArgumentException("metric: " + metric.name());
    };
  }

  private static CounterSnapshot counter(MetricSpec metric, Map<Labels, Double> points) {
    CounterSnapshot.Builder of =
        CounterSnapshot.builder().name(metric.baseName()).help(metric.meaning());
    points.forEach((labels, value) -> of.dataPoint(
        CounterDataPointSnapshot.builder().labels(labels).value(value).build()));
    return of.build();
  }

  private static GaugeSnapshot gauge(MetricSpec metric, Map<Labels, Double> points) {
    GaugeSnapshot.Builder of =
        GaugeSnapshot.builder().name(metric.baseName()).help(metric.meaning());
    points.forEach((labels, value) -> of.dataPoint(
        GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
    return of.build();
  }

  private static InfoSnapshot info(MetricSpec metric, Map<Labels, Double> points) {
    InfoSnapshot.Builder of = InfoSnapshot.builder().name(metric.baseName()).help(metric.meaning());
    points
        .keySet()
        .forEach(labels ->
            of.dataPoint(InfoDataPointSnapshot.builder().labels(labels).build()));
    return of.build();
  }
}
