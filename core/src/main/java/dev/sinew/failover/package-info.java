// SPDX-License-Identifier: Apache-2.0
/**
 * Whom to leave out and where to go instead. Start with {@link dev.sinew.failover.PriorityFailover}
 * and {@link dev.sinew.failover.StableEndpoints}.
 */
@NullMarked
package dev.sinew.failover;

import org.jspecify.annotations.NullMarked;
