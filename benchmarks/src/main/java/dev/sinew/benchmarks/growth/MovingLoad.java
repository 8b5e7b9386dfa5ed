// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import dev.sinew.load.LoadReport;
import java.util.random.RandomGenerator;

/**
 * The load of one pretended replica: a slow wave around a level of its own, and noise.
 *
 * <p>Two counts that no rule follows carry what the measurement needs: the report's number in {@link
 * LoadReport#withinObjective} and the time at which it was sent, in microseconds since the epoch, in
 * {@link LoadReport#overObjective}.
 */
final class MovingLoad {
  private static final double PERIOD_SECONDS = 60;
  private static final double WAVE = 0.15;
  private static final double NOISE = 0.03;
  private static final double CALLS_PER_SECOND = 130;
  private static final double WORKERS = 8;

  private final double level;
  private final double phase;
  private final RandomGenerator random;
  private long number;

  MovingLoad(RandomGenerator random) {
    this.random = random;
    level = random.nextDouble(0.4, 0.7);
    phase = random.nextDouble();
  }

  /** The next report; also one that is not sent has its number. */
  LoadReport next(long epochMicros) {
    number++;
    double turn = epochMicros / 1e6 / PERIOD_SECONDS + phase;
    double utilization =
        level + WAVE * Math.sin(2 * Math.PI * turn) + random.nextDouble(-NOISE, NOISE);
    return new LoadReport(
        utilization,
        utilization / 2,
        0.5,
        utilization * CALLS_PER_SECOND,
        0,
        (int) Math.round(utilization * WORKERS),
        (long) (utilization * 1e6),
        number,
        epochMicros,
        false);
  }
}
