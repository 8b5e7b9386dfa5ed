// SPDX-License-Identifier: Apache-2.0
/** How a controller grows with its replicas. Start with {@link dev.sinew.benchmarks.growth.Growth}. */
@NullMarked
package dev.sinew.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
