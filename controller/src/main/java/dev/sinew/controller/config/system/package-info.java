// SPDX-License-Identifier: Apache-2.0
/**
 * The systems beside a fleet: where its signals come from and what stands in front of it. Start with
 * {@link dev.sinew.controller.config.system.SignalConfig}.
 */
@NullMarked
package dev.sinew.controller.config.system;

import org.jspecify.annotations.NullMarked;
