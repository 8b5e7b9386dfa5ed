// SPDX-License-Identifier: Apache-2.0
/** Real Consul agents for tests. Start with {@link dev.sinew.consul.server.ConsulAgent}. */
@NullMarked
package dev.sinew.consul.server;

import org.jspecify.annotations.NullMarked;
