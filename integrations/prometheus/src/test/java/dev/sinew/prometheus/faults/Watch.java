// SPDX-License-Identifier: Apache-2.0
package dev.sinew.prometheus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.autoscaler.signal.Signal;
import dev.sinew.prometheus.PrometheusSignalSource;
import dev.sinew.prometheus.http.Failure;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoublePredicate;

/** Waits for what a source says, and holds each value on the way to the truth. */
record Watch(PrometheusSignalSource source, DoublePredicate true_) {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What is known now. */
  List<Signal> signals() {
    Instant now = Instant.now();
    List<Signal> signals = source.read(now);
    for (Signal signal : signals) {
      assertThat(true_.test(signal.value())).as(signal.toString()).isTrue();
      assertThat(signal.origin()).isEqualTo("prometheus");
      assertThat(signal.at()).isBeforeOrEqualTo(now);
    }
    return signals;
  }

  /** Waits until something is known and nothing unknown. */
  void awaitWell() throws InterruptedException {
    await(() -> !signals().isEmpty() && source.lastFailure().isEmpty());
    assertThat(source.lastGood()).isNotNull();
  }

  /** Waits until nothing is known and the reason was counted more often than before. */
  void awaitUnknown(Failure failure, long before) throws InterruptedException {
    await(() -> signals().isEmpty() && count(failure) > before);
    assertThat(source.lastFailure()).isNotEmpty().hasSizeLessThan(1_000);
  }

  /** How often a reason was counted. */
  long count(Failure failure) {
    return source.failures().getOrDefault(failure.word(), 0L);
  }

  /** Waits for a condition. */
  void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("%s %s %s", signals(), source.failures(), source.lastFailure())
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
