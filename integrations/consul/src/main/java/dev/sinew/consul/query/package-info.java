// SPDX-License-Identifier: Apache-2.0
/**
 * How a service's health is asked for: what is asked, how often, and what is believed of statuses. Start
 * with {@link dev.sinew.consul.query.HealthQueries}.
 */
@NullMarked
package dev.sinew.consul.query;

import org.jspecify.annotations.NullMarked;
