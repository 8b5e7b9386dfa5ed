// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.config;

import dev.sinew.controller.config.reference.Secret;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program's own settings; a change takes effect at its next start.
 *
 * @param host an address to listen at; loopback by default
 * @param port the port; 0 chooses a free one at the first start and keeps to it
 * @param token what clients must show, or null for none, which only a loopback address allows
 * @param hosts further names under which clients may ask for the controller
 * @param state folder of the decision log and all else that survives a restart
 * @param log how much of the decision log is kept
 */
public record ControllerConfig(
    String host, int port, @Nullable Secret token, List<String> hosts, Path state, LogLimits log) {
  /** Copies the list. */
  public ControllerConfig {
    hosts = List.copyOf(hosts);
  }
}
