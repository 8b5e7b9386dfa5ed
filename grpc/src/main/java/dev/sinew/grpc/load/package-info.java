// SPDX-License-Identifier: Apache-2.0
/** What a server says of its own load. Start with {@link dev.sinew.grpc.load.LoadReporter}. */
@NullMarked
package dev.sinew.grpc.load;

import org.jspecify.annotations.NullMarked;
