// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.load;

import java.util.List;

/** How many calls per second are offered at each moment of a run. */
public interface LoadShape {
  /** Length in seconds. */
  double seconds();

  /** Calls per second at a time in [0, {@link #seconds}). */
  double rate(double atSeconds);

  /** The highest rate. */
  double peak();

  /** The named moments of the shape, in order. */
  List<Event> events();

  /**
   * A moment worth showing.
   *
   * @param name what happens, as {@code load ×4}
   * @param atSeconds when
   */
  record Event(String name, double atSeconds) {}
}
