// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.observe;

import dev.sinew.load.LoadReport;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Hears of the servers and channels that a process makes, and of their calls.
 *
 * <p>It is called within calls, from any thread: it must be quick, and it must not throw.
 */
public interface Observer {
  /**
   * A server was built.
   *
   * @param methods full names of the application's methods that it serves
   * @param load what it reports at the moment; may be asked at any time, also when it has stopped
   */
  ServerObserver server(Set<String> methods, Supplier<LoadReport> load);

  /**
   * A channel was built.
   *
   * @param service what it calls, in one word
   * @param figures what is known of it at the moment; may be asked at any time
   */
  ChannelObserver channel(String service, Supplier<ChannelFigures> figures);

  /** What the observed servers tell the registry of the observer, as attributes of their endpoints. */
  default Map<String, String> attributes() {
    return Map.of();
  }
}
