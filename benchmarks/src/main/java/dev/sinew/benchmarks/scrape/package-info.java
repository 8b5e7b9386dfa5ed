// SPDX-License-Identifier: Apache-2.0
/** What metrics cost. Start with {@link dev.sinew.benchmarks.scrape.MetricsCost}. */
@NullMarked
package dev.sinew.benchmarks.scrape;

import org.jspecify.annotations.NullMarked;
