// SPDX-License-Identifier: Apache-2.0
/** Tests of the adapter. Start with {@link dev.sinew.grpc.SinewChannelsTest}. */
@NullMarked
package dev.sinew.grpc;

import org.jspecify.annotations.NullMarked;
