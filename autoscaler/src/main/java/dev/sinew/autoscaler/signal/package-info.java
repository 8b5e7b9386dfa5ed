// SPDX-License-Identifier: Apache-2.0
/** What is seen. Start with {@link dev.sinew.autoscaler.signal.Signal}. */
@NullMarked
package dev.sinew.autoscaler.signal;

import org.jspecify.annotations.NullMarked;
