// SPDX-License-Identifier: Apache-2.0
/** Load signals by ORCA. Start with {@link dev.sinew.orca.OrcaSignalSource}. */
@NullMarked
package dev.sinew.orca;

import org.jspecify.annotations.NullMarked;
