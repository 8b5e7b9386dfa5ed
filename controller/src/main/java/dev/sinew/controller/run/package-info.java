// SPDX-License-Identifier: Apache-2.0
/** The loops of a fleet file. Start with {@link dev.sinew.controller.run.FleetController}. */
@NullMarked
package dev.sinew.controller.run;

import org.jspecify.annotations.NullMarked;
