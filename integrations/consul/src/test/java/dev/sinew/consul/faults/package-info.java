// SPDX-License-Identifier: Apache-2.0
/**
 * What calls notice while a real Consul fails. Start with {@link
 * dev.sinew.consul.faults.ConsulFaultsTest}.
 */
@NullMarked
package dev.sinew.consul.faults;

import org.jspecify.annotations.NullMarked;
