// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus;

import dev.sinew.Expect;
import dev.sinew.autoscaler.signal.Metric;

/**
 * What is asked for one metric.
 *
 * @param values PromQL for the values, of each replica or of the whole service
 * @param times PromQL for the times of the samples behind them
 */
record MetricQuery(Metric metric, String values, String times) {
  private static final int LONGEST = 4096;

  /**
   * Finds out how to ask for the times.
   *
   * @throws IllegalArgumentException if the expression is too long, names no series or looks into the
   *     past
   */
  static MetricQuery of(Metric metric, String promql) {
    Expect.that(promql.length() <= LONGEST, "query", promql.length(), "at most 4096 characters");
    return new MetricQuery(metric, promql, Selectors.times(promql));
  }
}
