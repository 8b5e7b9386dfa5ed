// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.LogLimits;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSizeTest {
  @TempDir
  Path folder;

  /** Seven metrics a replica, 17 digits each: the most that a record can need. */
  @ParameterizedTest
  @CsvSource({"10,4700,3700", "1000,310000,200000", "5000,1540000,960000"})
  void a_record_is_small_enough_for_its_fleet(int replicas, int first, int later)
      throws IOException {
    try (DecisionLog log = DecisionLog.open(folder, "orders", LogLimits.DEFAULTS)) {
      log.append(Samples.decided(replicas, 0));
      long bytes = log.stats().bytes();
      log.append(Samples.decided(replicas, 0));
      assertThat(bytes).isLessThan(first);
      assertThat(log.stats().bytes() - bytes).isLessThan(later);
      assertThat(log.stats().shortened()).isZero();
    }
  }
}
