// SPDX-License-Identifier: Apache-2.0
/**
 * Files for a Prometheus server that watches a fleet: what it scrapes, what it computes and when it
 * calls somebody. Start with {@link dev.sinew.controller.prometheus.AlertRules}.
 */
@NullMarked
package dev.sinew.controller.prometheus;

import org.jspecify.annotations.NullMarked;
