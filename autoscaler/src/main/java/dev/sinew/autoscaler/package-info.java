// SPDX-License-Identifier: Apache-2.0
/** The control loop. Start with {@link dev.sinew.autoscaler.Autoscaler}. */
@NullMarked
package dev.sinew.autoscaler;

import org.jspecify.annotations.NullMarked;
