// SPDX-License-Identifier: Apache-2.0
package dev.sinew.endpoint;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where the endpoints of one service come from: a registry, an orchestrator, a fixed list.
 *
 * <p>A source hands over the complete list at each change, never a difference. While its registry is
 * unreachable, slow or answers nonsense it stays silent, so that the last good list goes on. It may hand
 * over an unchanged list again to say that its registry still confirms it; that shows in the age that a
 * client knows, and costs nothing else.
 */
public interface EndpointSource extends AutoCloseable {
  /**
   * Begins to deliver lists, from a thread of the source, until {@link #close}.
   *
   * @param listener called with the complete list at the start and at each change; it must not block
   * @throws IllegalStateException if started before
   */
  void start(Consumer<List<Endpoint>> listener);

  /** Stops; after it returns the listener is not called again. Never throws. */
  @Override
  void close();

  /** A source that delivers one list and never changes. */
  static EndpointSource fixed(List<Endpoint> endpoints) {
    return new FixedEndpointSource(endpoints);
  }
}
