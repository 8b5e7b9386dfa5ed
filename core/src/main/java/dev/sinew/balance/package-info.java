// SPDX-License-Identifier: Apache-2.0
/** Whom to choose. Start with {@link dev.sinew.balance.Balancer}. */
@NullMarked
package dev.sinew.balance;

import org.jspecify.annotations.NullMarked;
