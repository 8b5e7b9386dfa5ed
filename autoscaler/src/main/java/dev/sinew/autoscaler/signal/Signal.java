// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.signal;

import dev.sinew.Expect;
import java.time.Instant;
import java.util.regex.Pattern;
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
 * @param origin the system that told it, as {@code prometheus}; empty for the replicas themselves
 */
public record Signal(
    Metric metric, @Nullable String replica, double value, Instant at, String origin) {
  /** The origin of what replicas tell of themselves. */
  public static final String DIRECT = "";

  private static final Pattern ORIGIN = Pattern.compile("([a-z][a-z0-9-]{0,30})?");

  /** Checks value and origin. */
  public Signal {
    checkOrigin(origin);
    Expect.that(
        value >= 0 && value < Double.POSITIVE_INFINITY,
        "signal." + metric,
        value,
        "finite, 0 or more");
  }

  /** What a replica tells of itself. */
  public Signal(Metric metric, @Nullable String replica, double value, Instant at) {
    this(metric, replica, value, at, DIRECT);
  }

  /**
   * Does nothing if the name may be an origin.
   *
   * @throws IllegalArgumentException if it may not
   */
  public static void checkOrigin(String origin) {
    Expect.that(
        origin.isEmpty() || ORIGIN.matcher(origin).matches(),
        "signal.origin",
        origin,
        "1 to 31 letters in lower case, digits and dashes, or empty");
  }
}
