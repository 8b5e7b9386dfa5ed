// SPDX-License-Identifier: Apache-2.0
/** The live page of a run and its report. Start with {@link dev.sinew.controller.dashboard.LivePage}. */
@NullMarked
package dev.sinew.controller.dashboard;

import org.jspecify.annotations.NullMarked;
