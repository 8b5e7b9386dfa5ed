// SPDX-License-Identifier: Apache-2.0
package dev.sinew.haproxy.stats;

import java.util.Map;

/**
 * A line of HAProxy's statistics: the whole backend, or one of its servers.
 *
 * @param name the server's name; {@code BACKEND} for the whole
 * @param figures the columns that hold a plausible number, by their name
 */
record StatRow(String name, Map<String, Long> figures) {
  static final String WHOLE = "BACKEND";

  /** What is not there, or is no plausible number. */
  static final long UNKNOWN = -1;

  StatRow {
    figures = Map.copyOf(figures);
  }

  boolean whole() {
    return name.equals(WHOLE);
  }

  /** The number in a column, or {@link #UNKNOWN}. */
  long figure(String column) {
    return figures.getOrDefault(column, UNKNOWN);
  }
}
