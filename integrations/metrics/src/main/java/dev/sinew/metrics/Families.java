// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;

/** All metrics of Sinew in one registry; there once per registry, which keeps them alive. */
record Families(ServerMetrics servers, ChannelMetrics channels) {
  /** Methods with series of their own, on each side of a process. */
  static final int MOST_METHODS = 200;

  /** Called services with series of their own in a process. */
  static final int MOST_SERVICES = 100;

  /** In seconds; from a cache's answer to a long report, with 200 ms, the usual objective. */
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10
  };

  private static final Map<PrometheusRegistry, WeakReference<Families>> KNOWN = new WeakHashMap<>();

  /**
   * Those of a registry, registered when they are asked for first.
   *
   * @throws IllegalArgumentException if the registry has others of the same names
   */
  static Families in(PrometheusRegistry registry) {
    synchronized (KNOWN) {
      WeakReference<Families> known = KNOWN.get(registry);
      Families families = known == null ? null : known.get();
      if (families == null) {
        families = new Families(new ServerMetrics(registry), new ChannelMetrics(registry));
        KNOWN.put(registry, new WeakReference<>(families));
      }
      return families;
    }
  }

  static Counter counter(MetricSpec metric, PrometheusRegistry registry) {
    return Counter.builder()
        .name(metric.baseName())
        .help(metric.meaning())
        .labelNames(metric.labelNames())
        .withoutExemplars()
        .register(registry);
  }

  static Histogram histogram(MetricSpec metric, PrometheusRegistry registry) {
    return Histogram.builder()
        .name(metric.name())
        .help(metric.meaning())
        .labelNames(metric.labelNames())
        .classicUpperBounds(BOUNDS)
        .withoutExemplars()
        .register(registry);
  }
}
