// SPDX-License-Identifier: Apache-2.0
/**
 * Sinew for gRPC-Java. Start with {@link dev.sinew.grpc.SinewChannels} and {@link
 * dev.sinew.grpc.SinewServers}.
 */
@NullMarked
package dev.sinew.grpc;

import org.jspecify.annotations.NullMarked;
