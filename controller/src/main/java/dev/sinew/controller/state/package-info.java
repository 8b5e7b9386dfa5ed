// SPDX-License-Identifier: Apache-2.0
/** What a controller keeps on disk. Start with {@link dev.sinew.controller.state.Controls}. */
@NullMarked
package dev.sinew.controller.state;

import org.jspecify.annotations.NullMarked;
