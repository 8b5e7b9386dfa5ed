// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.controller.config.LogLimits;
import java.io.IOException;
import java.nio.file.Path;

/** Writes without end, and says how many records are written. */
final class KilledWriter {
  static final LogLimits LIMITS = new LogLimits(3, 256 << 10);

  private KilledWriter() {}

  public static void main(String[] args) throws IOException {
    int first = Integer.parseInt(args[1]);
    try (DecisionLog log = DecisionLog.open(Path.of(args[0]), "orders", LIMITS)) {
      for (int i = first; ; i++) {
        if (!log.append(Samples.decided(1 + i % 7, i))) {
          throw new IllegalStateException(log.stats().lastFailure());
        }
        System.out.println(i);
      }
    }
  }
}
