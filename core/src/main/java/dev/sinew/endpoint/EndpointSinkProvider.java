// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

/**
 * Opens the {@link EndpointSink}s of one target scheme; found through {@link java.util.ServiceLoader}.
 */
public interface EndpointSinkProvider {
  /** The scheme of the targets it understands, in lower case, as {@code consul}. */
  String scheme();

  /**
   * Opens a sink for one service; nothing is contacted before the first registration.
   *
   * @param target registry and service, as {@code consul://127.0.0.1:8500/orders}
   * @throws IllegalArgumentException if the target is not of its form
   */
  EndpointSink open(String target);
}
