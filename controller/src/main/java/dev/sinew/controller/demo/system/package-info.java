// SPDX-License-Identifier: Apache-2.0
/**
 * Real servers that the demo starts beside its fleet. Start with {@link
 * dev.sinew.controller.demo.system.DemoSystem}.
 */
@NullMarked
package dev.sinew.controller.demo.system;

import org.jspecify.annotations.NullMarked;
