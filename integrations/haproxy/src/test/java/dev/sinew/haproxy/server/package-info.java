// SPDX-License-Identifier: Apache-2.0
/** A real HAProxy for tests. Start with {@link dev.sinew.haproxy.server.HaproxyServer}. */
@NullMarked
package dev.sinew.haproxy.server;

import org.jspecify.annotations.NullMarked;
