// SPDX-License-Identifier: Apache-2.0
/** The closed loop on one machine. Start with {@link dev.sinew.controller.demo.Demo}. */
@NullMarked
package dev.sinew.controller.demo;

import org.jspecify.annotations.NullMarked;
