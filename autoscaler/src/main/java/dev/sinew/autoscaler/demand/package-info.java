// SPDX-License-Identifier: Apache-2.0
/**
 * What the load needs, before any damping. Start with {@link dev.sinew.autoscaler.demand.Target}.
 */
@NullMarked
package dev.sinew.autoscaler.demand;

import org.jspecify.annotations.NullMarked;
