// SPDX-License-Identifier: Apache-2.0
/**
 * The embedded registry, which speaks Consul's HTTP API. Start with {@link
 * dev.sinew.controller.registry.RegistryServer}.
 */
@NullMarked
package dev.sinew.controller.registry;

import org.jspecify.annotations.NullMarked;
