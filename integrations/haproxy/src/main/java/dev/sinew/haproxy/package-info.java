// SPDX-License-Identifier: Apache-2.0
/**
 * HAProxy kept in step with a fleet. Start with {@link dev.sinew.haproxy.HaproxyEndpointSink}.
 */
@NullMarked
package dev.sinew.haproxy;

import org.jspecify.annotations.NullMarked;
