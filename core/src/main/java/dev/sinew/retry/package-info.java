// SPDX-License-Identifier: Apache-2.0
/** When to try again. Start with {@link dev.sinew.retry.RetryPolicy}. */
@NullMarked
package dev.sinew.retry;

import org.jspecify.annotations.NullMarked;
