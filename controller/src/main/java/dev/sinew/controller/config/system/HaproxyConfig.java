// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config.system;

import dev.sinew.controller.config.reference.SocketAddressForm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HAProxy in front of a fleet, or several that do the same.
 *
 * @param sockets where each takes commands, as {@code unix:/run/haproxy.sock} or
 *     {@code tcp://127.0.0.1:9901}; 1 to 16
 * @param metrics where it shall serve its statistics for Prometheus, or null
 */
public record HaproxyConfig(List<String> sockets, @Nullable SocketAddressForm metrics) {
  /** Copies the list. */
  public HaproxyConfig {
    sockets = List.copyOf(sockets);
  }
}
