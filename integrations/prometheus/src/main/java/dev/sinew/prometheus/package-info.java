// SPDX-License-Identifier: Apache-2.0
/** Prometheus as a source of signals and history. Start with {@link dev.sinew.prometheus.PrometheusSignalSource}. */
@NullMarked
package dev.sinew.prometheus;

import org.jspecify.annotations.NullMarked;
