// SPDX-License-Identifier: Apache-2.0
/** What a channel knows and keeps. Start with {@link dev.sinew.grpc.state.ChannelStats}. */
@NullMarked
package dev.sinew.grpc.state;

import org.jspecify.annotations.NullMarked;
