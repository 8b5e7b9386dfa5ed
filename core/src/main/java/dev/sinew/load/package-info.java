// SPDX-License-Identifier: Apache-2.0
/** How loaded a replica is. Start with {@link dev.sinew.load.NodeLoad}. */
@NullMarked
package dev.sinew.load;

import org.jspecify.annotations.NullMarked;
