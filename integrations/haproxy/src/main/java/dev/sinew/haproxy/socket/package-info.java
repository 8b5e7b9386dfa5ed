// SPDX-License-Identifier: Apache-2.0
/** HAProxy's Runtime API. Start with {@link dev.sinew.haproxy.socket.HaproxySocket}. */
@NullMarked
package dev.sinew.haproxy.socket;

import org.jspecify.annotations.NullMarked;
