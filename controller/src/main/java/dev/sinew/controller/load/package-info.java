// SPDX-License-Identifier: Apache-2.0
/** Open-loop load and what it measures. Start with {@link dev.sinew.controller.load.LoadGenerator}. */
@NullMarked
package dev.sinew.controller.load;

import org.jspecify.annotations.NullMarked;
