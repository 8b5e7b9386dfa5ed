// SPDX-License-Identifier: Apache-2.0
/** The command line. Start with {@link dev.sinew.controller.cli.Main}. */
@NullMarked
package dev.sinew.controller.cli;

import org.jspecify.annotations.NullMarked;
