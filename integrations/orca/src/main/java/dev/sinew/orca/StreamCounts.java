// SPDX-License-Identifier: Apache-2.0
package dev.sinew.orca;

import java.util.concurrent.atomic.LongAdder;

/** The counters of all streams of one source. */
final class StreamCounts {
  private final LongAdder reports = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder reconnects = new LongAdder();

  void report() {
    reports.increment();
  }

  void rejected() {
    rejected.increment();
  }

  void stale() {
    stale.increment();
  }

  void reconnect() {
    reconnects.increment();
  }

  OrcaStats stats(int replicas) {
    return new OrcaStats(replicas, reports.sum(), rejected.sum(), stale.sum(), reconnects.sum());
  }
}
