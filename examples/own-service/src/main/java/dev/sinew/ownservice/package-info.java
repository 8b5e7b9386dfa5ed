// SPDX-License-Identifier: Apache-2.0
/** A user's own service. Start with {@link dev.sinew.ownservice.OrdersServer}. */
@NullMarked
package dev.sinew.ownservice;

import org.jspecify.annotations.NullMarked;
