// SPDX-License-Identifier: Apache-2.0
/** The fleet file. Start with {@link dev.sinew.controller.config.FleetConfig}. */
@NullMarked
package dev.sinew.controller.config;

import org.jspecify.annotations.NullMarked;
