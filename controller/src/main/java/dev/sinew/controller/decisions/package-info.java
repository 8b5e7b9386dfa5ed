// SPDX-License-Identifier: Apache-2.0
/**
 * What was decided and why, kept on disk. Start with {@link
 * dev.sinew.controller.decisions.DecisionLog}.
 */
@NullMarked
package dev.sinew.controller.decisions;

import org.jspecify.annotations.NullMarked;
