// SPDX-License-Identifier: Apache-2.0
/** What is moved. Start with {@link dev.sinew.autoscaler.target.ScaleTarget}. */
@NullMarked
package dev.sinew.autoscaler.target;

import org.jspecify.annotations.NullMarked;
