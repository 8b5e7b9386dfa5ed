// SPDX-License-Identifier: Apache-2.0
/** What is decided. Start with {@link dev.sinew.autoscaler.policy.ScalePolicy}. */
@NullMarked
package dev.sinew.autoscaler.policy;

import org.jspecify.annotations.NullMarked;
