// SPDX-License-Identifier: Apache-2.0
package dev.sinew.metrics;

import dev.sinew.grpc.observe.CallObserver;
import io.grpc.Status;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/** Counts and times the calls of one method; each series is looked up once. */
final class CallMeter implements CallObserver {
  private static final double NANOS = 1e9;

  private final Function<Status.Code, CounterDataPoint> counters;
  private final AtomicReferenceArray<CounterDataPoint> calls =
      new AtomicReferenceArray<>(Status.Code.values().length);
  private final DistributionDataPoint duration;

  /**
   * A meter whose series begin at 0, as far as it will surely have them: a series that begins with its
   * first call hides that call from {@code rate()}.
   */
  CallMeter(Function<Status.Code, CounterDataPoint> counters, DistributionDataPoint duration) {
    this.counters = counters;
    this.duration = duration;
    CounterDataPoint unused = calls(Status.Code.OK);
  }

  @Override
  public void ended(Status.Code code, long nanos) {
    calls(code).inc();
    duration.observe(Math.max(0, nanos) / NANOS);
  }

  private CounterDataPoint calls(Status.Code code) {
    CounterDataPoint known = calls.get(code.value());
    if (known == null) {
      known = counters.apply(code);
      calls.set(code.value(), known);
    }
    return known;
  }
}
