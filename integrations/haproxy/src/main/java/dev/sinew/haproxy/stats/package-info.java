// SPDX-License-Identifier: Apache-2.0
/**
 * Load signals from HAProxy's statistics. Start with
 * {@link dev.sinew.haproxy.stats.HaproxySignalSource}.
 */
@NullMarked
package dev.sinew.haproxy.stats;

import org.jspecify.annotations.NullMarked;
