// SPDX-License-Identifier: Apache-2.0
/** One call: its attempts, where they went and what they say. Start with {@link dev.sinew.grpc.call.RetryInterceptor}. */
@NullMarked
package dev.sinew.grpc.call;

import org.jspecify.annotations.NullMarked;
