// SPDX-License-Identifier: Apache-2.0
/** Requests to a Prometheus, bounded in size and time. Start with {@link dev.sinew.prometheus.http.PrometheusHttp}. */
@NullMarked
package dev.sinew.prometheus.http;

import org.jspecify.annotations.NullMarked;
