// SPDX-License-Identifier: Apache-2.0
/** Where metrics and the like listen in. Start with {@link dev.sinew.grpc.observe.Observer}. */
@NullMarked
package dev.sinew.grpc.observe;

import org.jspecify.annotations.NullMarked;
