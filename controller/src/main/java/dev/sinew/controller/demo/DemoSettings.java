// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.demo;

import dev.sinew.Expect;
import dev.sinew.controller.demo.system.DemoSystem;
import dev.sinew.controller.load.LoadShape;
import dev.sinew.controller.load.Script;
import dev.sinew.controller.load.Script.Phase;
import dev.sinew.controller.load.Trace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a demo runs.
 *
 * @param shape the load
 * @param stepAtSeconds when the load steps up, from the start of the load; NaN if it has no step
 * @param killAtSeconds when a replica is killed, once the latency is calm, from the start of the load;
 *     NaN if none is
 * @param latestKillSeconds when it is killed though the latency is not calm
 * @param signals who tells the loop how loaded the fleet is
 * @param port of the controller's registry; 0 is any free one
 * @param seed of everything random
 */
public record DemoSettings(
    LoadShape shape,
    double stepAtSeconds,
    double killAtSeconds,
    double latestKillSeconds,
    DemoSystem.Kind signals,
    int port,
    long seed) {

  /** Replicas at the least. */
  public static final int MIN_REPLICAS = 2;

  /** Replicas at the most. */
  public static final int MAX_REPLICAS = 8;

  /** Calls that one replica works on at a time. */
  public static final int WORKERS = 8;

  /** Mean time that a call keeps a worker. */
  public static final Duration MEAN_WORK = Duration.ofMillis(40);

  /** What the client allows each call. */
  public static final Duration DEADLINE = Duration.ofSeconds(5);

  /** Calls per second that one replica can bear: its workers are never idle. */
  public static final double REPLICA_CAPACITY = WORKERS / (MEAN_WORK.toMillis() / 1000.0);

  /** Calls per second that one replica is meant to bear: 65 % of its capacity. */
  public static final double REPLICA_TARGET = 0.65 * REPLICA_CAPACITY;

  /** Length of the default script. */
  public static final int DEFAULT_SECONDS = 110;

  /** Shorter runs end before the fleet has followed the load. */
  public static final int SHORTEST_SECONDS = 30;

  /** A second of history is kept for each second of the run. */
  public static final int LONGEST_SECONDS = 3600;

  /** The default script, in whose proportions a run of another length is made. */
  public static DemoSettings scripted(int seconds, DemoSystem.Kind signals, int port, long seed) {
    checkSeconds(seconds);
    double low = 0.35 * MIN_REPLICAS * REPLICA_CAPACITY;
    double unit = seconds / (double) DEFAULT_SECONDS;
    Script script = new Script(List.of(
        new Phase("load at 35 % of two replicas", 20 * unit, low),
        new Phase("load ×4", 35 * unit, 4 * low),
        new Phase("load ×6", 6 * unit, 6 * low),
        new Phase("load back to ×1", 49 * unit, low)));
    return new DemoSettings(script, 20 * unit, 38 * unit, 50 * unit, signals, port, seed);
  }

  /** A recorded trace, squeezed into the given time and scaled so that its peak is near the largest fleet's target. */
  public static DemoSettings traced(
      Path file, @Nullable Integer seconds, DemoSystem.Kind signals, int port, long seed) {
    int length = seconds == null ? DEFAULT_SECONDS : seconds;
    checkSeconds(length);
    Trace trace = Trace.read(file);
    double peak = 0.8 * MAX_REPLICAS * REPLICA_TARGET;
    return new DemoSettings(
        trace.fitted(length, peak), Double.NaN, Double.NaN, Double.NaN, signals, port, seed);
  }

  private static void checkSeconds(int seconds) {
    Expect.that(
        seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS,
        "--seconds",
        seconds,
        SHORTEST_SECONDS + " to " + LONGEST_SECONDS);
  }
}
