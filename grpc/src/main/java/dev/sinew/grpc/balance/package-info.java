// SPDX-License-Identifier: Apache-2.0
/** From the addresses of a channel to the replica of a call. Start with {@link dev.sinew.grpc.balance.SinewLoadBalancer}. */
@NullMarked
package dev.sinew.grpc.balance;

import org.jspecify.annotations.NullMarked;
