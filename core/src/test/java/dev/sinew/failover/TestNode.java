// SPDX-License-Identifier: Apache-2.0
package dev.sinew.failover;

import dev.sinew.balance.Node;
import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.LoadReport;
import dev.sinew.load.NodeLoad;

/** A node by its number. */
record TestNode(Endpoint endpoint, NodeLoad load) implements Node {
  static TestNode of(int number) {
    return new TestNode(Endpoint.of("node-" + number, 1), new NodeLoad());
  }

  TestNode reports(double utilization) {
    double unknown = Double.NaN;
    load.reported(
        new LoadReport(utilization, unknown, unknown, unknown, unknown, -1, -1, -1, -1, false), 0);
    return this;
  }
}
