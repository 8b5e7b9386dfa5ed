// SPDX-License-Identifier: Apache-2.0
/** What a fleet file refers to outside itself. Start with {@link dev.sinew.controller.config.reference.Surroundings}. */
@NullMarked
package dev.sinew.controller.config.reference;

import org.jspecify.annotations.NullMarked;
