// SPDX-License-Identifier: Apache-2.0
/**
 * What the controller tells a monitoring system. Start with {@link
 * dev.sinew.controller.metrics.FleetMetrics}.
 */
@NullMarked
package dev.sinew.controller.metrics;

import org.jspecify.annotations.NullMarked;
