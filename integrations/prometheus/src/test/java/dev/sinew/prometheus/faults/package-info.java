// SPDX-License-Identifier: Apache-2.0
/** What happens when Prometheus fails or lies. Start with {@link dev.sinew.prometheus.faults.LyingProxy}. */
@NullMarked
package dev.sinew.prometheus.faults;

import org.jspecify.annotations.NullMarked;
