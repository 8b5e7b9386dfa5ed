// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.NodeLoad;

/** A replica that can be chosen: a gRPC subchannel, a simulated server. */
public interface Node {
  /** Who it is. */
  Endpoint endpoint();

  /** How loaded it is, as this client knows. */
  NodeLoad load();
}
