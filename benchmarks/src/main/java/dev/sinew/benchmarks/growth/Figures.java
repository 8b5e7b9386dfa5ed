// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import java.util.Map;

/**
 * What one controller used and how well it saw its replicas.
 *
 * @param replicas that were pretended
 * @param start how it began
 * @param intake what arrived, in the window
 * @param ticks what the loop did with it, in the window
 * @param log what was written down, since the start
 * @param use of the process, in the window
 * @param seconds length of the window
 */
record Figures(
    int replicas, Start start, Intake intake, Ticks ticks, Log log, Use use, double seconds) {
  /**
   * From the start of the source until a report of each replica had arrived, or it was given up.
   *
   * @param seen replicas of which one had
   * @param millis how long it took
   * @param cpuMillis processor time
   * @param mostThreads at once
   */
  record Start(int seen, double millis, double cpuMillis, int mostThreads) {}

  /**
   * The reports.
   *
   * @param perSecond that arrived
   * @param lost that replicas made and the source never saw, give or take the few on their way
   * @param stale that were a replica's latest for more than three seconds
   * @param reconnects streams that were begun anew since the start
   * @param leastSeen the lowest number of replicas with a fresh report
   * @param ageMillis from the making of a report until a tick could read it
   * @param cpuMicros processor time outside of the loop's thread, per report
   */
  record Intake(
      double perSecond,
      long lost,
      long stale,
      long reconnects,
      int leastSeen,
      Spread ageMillis,
      double cpuMicros) {}

  /**
   * The loop.
   *
   * @param count of ticks
   * @param signals that the last one read
   * @param changes decisions that changed the number
   * @param millis how long a tick takes by the clock
   * @param cpuMillis processor time of a tick, on average
   */
  record Ticks(int count, int signals, int changes, Spread millis, double cpuMillis) {}

  /**
   * The decision log.
   *
   * @param records written
   * @param bytes written
   * @param failures records that could not be written
   * @param shortened records written without replicas and signals, as they were too large
   */
  record Log(long records, long bytes, long failures, long shortened) {}

  /**
   * The process.
   *
   * @param cores processor time over the window's length
   * @param coresByThread the same by kind of thread; {@code jvm} is collector, compiler and threads
   *     that ended
   * @param gcPauses collections
   * @param gcMillis how long they took together
   * @param heapBytes of live objects at the end
   * @param residentBytes at the end, before the last collection
   * @param threads at the end
   * @param openFiles at the end
   */
  record Use(
      double cores,
      Map<String, Double> coresByThread,
      long gcPauses,
      long gcMillis,
      long heapBytes,
      long residentBytes,
      int threads,
      long openFiles) {}
}
