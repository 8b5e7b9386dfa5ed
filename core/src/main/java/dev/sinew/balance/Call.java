// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

/** What a {@link Picker} must know of the call it picks for. */
@FunctionalInterface
public interface Call {
  /** A first attempt: every node will do. */
  Call ANY = node -> false;

  /** Whether this call must not go to a node, because it was tried there before. */
  boolean excludes(Node node);
}
