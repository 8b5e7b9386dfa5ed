// SPDX-License-Identifier: Apache-2.0
/** From a source of endpoints to the addresses of a channel. Start with {@link dev.sinew.grpc.resolve.EndpointSourceResolver}. */
@NullMarked
package dev.sinew.grpc.resolve;

import org.jspecify.annotations.NullMarked;
