// SPDX-License-Identifier: Apache-2.0
/** The gRPC-Java adapter. Start with {@link dev.sinew.grpc.SinewServers}. */
@NullMarked
package dev.sinew.grpc;

import org.jspecify.annotations.NullMarked;
