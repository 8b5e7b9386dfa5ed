// SPDX-License-Identifier: Apache-2.0
/** The controller of a fleet file. Start with {@link dev.sinew.controller.fleet.FleetView}. */
@NullMarked
package dev.sinew.controller.fleet;

import org.jspecify.annotations.NullMarked;
