// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

/**
 * Opens the {@link EndpointSource}s of one target scheme; found through {@link java.util.ServiceLoader}.
 *
 * <p>This is how {@code consul:///orders} reaches the Consul adapter although nobody names it.
 */
public interface EndpointSourceProvider {
  /** The scheme of the targets it understands, in lower case, as {@code consul}. */
  String scheme();

  /**
   * Opens a source; nothing is contacted before it is started.
   *
   * @param target a whole target as the user wrote it, as {@code consul://127.0.0.1:8500/orders}
   * @throws IllegalArgumentException if the target is not of its form
   */
  EndpointSource open(String target);
}
