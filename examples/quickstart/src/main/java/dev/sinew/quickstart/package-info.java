// SPDX-License-Identifier: Apache-2.0
/** Sinew in one's own code. Start with {@link dev.sinew.quickstart.Quickstart}. */
@NullMarked
package dev.sinew.quickstart;

import org.jspecify.annotations.NullMarked;
