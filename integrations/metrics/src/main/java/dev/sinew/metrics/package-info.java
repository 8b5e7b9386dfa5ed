// SPDX-License-Identifier: Apache-2.0
/** Metrics for Prometheus. Start with {@link dev.sinew.metrics.SinewMetrics}. */
@NullMarked
package dev.sinew.metrics;

import org.jspecify.annotations.NullMarked;
