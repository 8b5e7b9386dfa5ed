// SPDX-License-Identifier: Apache-2.0
/** What a running controller shows of itself. Start with {@link dev.sinew.controller.fleet.FleetView}. */
@NullMarked
package dev.sinew.controller.fleet;

import org.jspecify.annotations.NullMarked;
