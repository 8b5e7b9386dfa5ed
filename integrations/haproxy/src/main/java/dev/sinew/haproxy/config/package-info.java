// SPDX-License-Identifier: Apache-2.0
/** A whole configuration for HAProxy. Start with {@link dev.sinew.haproxy.config.HaproxyConfig}. */
@NullMarked
package dev.sinew.haproxy.config;

import org.jspecify.annotations.NullMarked;
