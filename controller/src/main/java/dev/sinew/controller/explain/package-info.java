// SPDX-License-Identifier: Apache-2.0
/**
 * Answers to why the number is what it is. Start with {@link
 * dev.sinew.controller.explain.Explanation}.
 */
@NullMarked
package dev.sinew.controller.explain;

import org.jspecify.annotations.NullMarked;
