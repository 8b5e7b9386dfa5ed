// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.signal;

import dev.sinew.Expect;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One measured value at one time.
 *
 * <p>A signal always has a value; what is unknown is not a signal with a special value but no signal.
 *
 * @param metric what it measures
 * @param replica the id of the replica it speaks of, or null for the whole service
 * @param value finite and not negative, in the metric's unit
 * @param at when it was true
 */
public record Signal(Metric metric, @Nullable String replica, double value, Instant at) {
  /** Checks the value. */
  public Signal {
    Expect.that(
        value >= 0 && value < Double.POSITIVE_INFINITY,
        "signal." + metric,
        value,
        "finite, 0 or more");
  }
}
