// SPDX-License-Identifier: Apache-2.0
/** A real Prometheus for tests. Start with {@link dev.sinew.prometheus.server.PrometheusServer}. */
@NullMarked
package dev.sinew.prometheus.server;

import org.jspecify.annotations.NullMarked;
