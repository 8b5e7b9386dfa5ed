// SPDX-License-Identifier: Apache-2.0
/**
 * Replicas as child processes of this one. Start with {@link dev.sinew.process.ProcessScaleTarget}.
 */
@NullMarked
package dev.sinew.process;

import org.jspecify.annotations.NullMarked;
