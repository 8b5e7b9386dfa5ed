// SPDX-License-Identifier: Apache-2.0
/**
 * Lines on a disk that may fail at any byte. Start with {@link
 * dev.sinew.controller.decisions.file.RotatingFile}.
 */
@NullMarked
package dev.sinew.controller.decisions.file;

import org.jspecify.annotations.NullMarked;
