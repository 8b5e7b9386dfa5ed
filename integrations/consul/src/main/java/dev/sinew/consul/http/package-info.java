// SPDX-License-Identifier: Apache-2.0
/** Requests to Consul agents, bounded in size and time. Start with {@link dev.sinew.consul.http.ConsulHttp}. */
@NullMarked
package dev.sinew.consul.http;

import org.jspecify.annotations.NullMarked;
