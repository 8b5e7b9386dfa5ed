// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Consumer;

/** Metrics whose values are looked up when they are scraped, all at the same moment. */
public final class SampleCollector implements MultiCollector {
  private final List<MetricSpec> metrics;
  private final Consumer<Samples> source;

  /**
   * A collector to be registered.
   *
   * @param metrics what it may have values of
   * @param source adds those that are known; may be called by several threads
   */
  public SampleCollector(List<MetricSpec> metrics, Consumer<Samples> source) {
    this.metrics = List.copyOf(metrics);
    this.source = source;
  }

  @Override
  public MetricSnapshots collect() {
    Samples samples = new Samples(metrics);
    source.accept(samples);
    return samples.snapshots();
  }

  /** The way of asking that every version of the client library knows. */
  @Override
  @SuppressWarnings("deprecation")
  public List<String> getPrometheusNames() {
    return metrics.stream().map(MetricSpec::baseName).toList();
  }
}
