// SPDX-License-Identifier: Apache-2.0
/** What every module shares: the error grammar. Start with {@link Expect}. */
@NullMarked
package dev.sinew;

import org.jspecify.annotations.NullMarked;
