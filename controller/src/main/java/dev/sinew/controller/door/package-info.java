// SPDX-License-Identifier: Apache-2.0
/**
 * What stands in front of the services of a fleet. Start with {@link
 * dev.sinew.controller.door.Doors}.
 */
@NullMarked
package dev.sinew.controller.door;

import org.jspecify.annotations.NullMarked;
