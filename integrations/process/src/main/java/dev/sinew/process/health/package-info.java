// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a process on this machine serves, by the protocol it speaks. Start with {@link
 * dev.sinew.process.health.HealthCheck}.
 */
@NullMarked
package dev.sinew.process.health;

import org.jspecify.annotations.NullMarked;
