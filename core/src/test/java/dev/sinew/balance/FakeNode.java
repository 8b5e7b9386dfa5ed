// SPDX-License-Identifier: Apache-2.0
package dev.sinew.balance;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.load.LoadReport;
import dev.sinew.load.NodeLoad;
import dev.sinew.load.Outcome;
import java.util.List;
import java.util.stream.IntStream;

/** A node for tests: an endpoint and what a client knows of it. */
record FakeNode(Endpoint endpoint, NodeLoad load) implements Node {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  static FakeNode of(int number) {
    return new FakeNode(Endpoint.of("10.0.0." + number, 1), new NodeLoad());
  }

  static List<FakeNode> list(int count) {
    return IntStream.range(0, count).mapToObj(FakeNode::of).toList();
  }

  /** Reports at time 0 that it is half used by so many calls per second. */
  FakeNode reports(double callsPerSecond) {
    return reports(callsPerSecond, 0.5);
  }

  FakeNode reports(double callsPerSecond, double utilization) {
    load.reported(
        new LoadReport(utilization, utilization, 0.1, callsPerSecond, 0, 1, 0, 0, 0, false), 0);
    return this;
  }

  /** One call that ended at a time. */
  FakeNode answered(long latencyNanos, long atNanos) {
    return ended(latencyNanos, atNanos, Outcome.SUCCESS);
  }

  FakeNode ended(long latencyNanos, long atNanos, Outcome outcome) {
    load.started(atNanos - latencyNanos);
    load.completed(atNanos, latencyNanos, outcome, null);
    return this;
  }

  @Override
  public String toString() {
    return endpoint.id();
  }
}
