// SPDX-License-Identifier: Apache-2.0
/**
 * Discovery and registration through Consul's HTTP API, real or embedded. Start with {@link
 * dev.sinew.consul.ConsulEndpointSource}.
 */
@NullMarked
package dev.sinew.consul;

import org.jspecify.annotations.NullMarked;
