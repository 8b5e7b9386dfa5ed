// SPDX-License-Identifier: Apache-2.0
package dev.sinew.autoscaler.signal;

import java.time.Instant;
import java.util.List;

/** Where signals come from: load reports, a proxy's statistics, a monitoring system. */
@FunctionalInterface
public interface SignalSource {
  /**
   * The latest signals that have arrived and are still fresh; never blocks, never throws.
   *
   * @param now the caller's present; older than the source's bound is left out, because stale is unknown
   */
  List<Signal> read(Instant now);
}
