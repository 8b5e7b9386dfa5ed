// SPDX-License-Identifier: Apache-2.0
/** Tests of the metrics. Start with {@link dev.sinew.metrics.CallsCountedTest}. */
@NullMarked
package dev.sinew.metrics;

import org.jspecify.annotations.NullMarked;
