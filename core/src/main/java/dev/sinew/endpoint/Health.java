// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

/** What a replica says of itself to a registry. */
public enum Health {
  /** Serves; may be chosen. */
  PASSING,
  /** Serves with trouble; may be chosen. */
  WARNING,
  /** Does not serve; must not be chosen. */
  CRITICAL
}
