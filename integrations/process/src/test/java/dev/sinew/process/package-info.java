// SPDX-License-Identifier: Apache-2.0
/** Tests of child processes. Start with {@link dev.sinew.process.ProcessScaleTargetTest}. */
@NullMarked
package dev.sinew.process;

import org.jspecify.annotations.NullMarked;
