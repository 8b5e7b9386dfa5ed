// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sinew.Expect;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link Journal} up to date: each change is written, and no more than that.
 *
 * <p>While it cannot be written, the fleet goes on: each attempt that failed is counted, the outage is
 * said when it begins and ends, and what has not changed is tried again once a second.
 */
final class Recorder {
  static final long RETRY_NANOS = SECONDS.toNanos(1);

  private static final System.Logger LOG = System.getLogger(Recorder.class.getName());

  private final String service;
  private final Journal.Sink sink;
  private @Nullable Journal written;
  private @Nullable Journal failed;
  private long retryAtNanos;
  private long failures;

  Recorder(String service, Journal.Sink sink) {
    this.service = service;
    this.sink = sink;
  }

  /** Writes what is now, if that is news. */
  void record(Journal present, long nowNanos) {
    boolean known =
        present.equals(written) || (present.equals(failed) && nowNanos - retryAtNanos < 0);
    if (known) {
      return;
    }
    try {
      sink.write(present);
      if (failed != null) {
        LOG.log(Level.INFO, "fleet journal written again service=" + service + " lost=" + failures);
      }
      written = present;
      failed = null;
    } catch (IOException | RuntimeException e) {
      failures++;
      if (failed == null) {
        String reason = Expect.printable(String.valueOf(e));
        LOG.log(
            Level.WARNING,
            "fleet journal not written service=" + service + " reason=\"" + reason + "\"");
      }
      failed = present;
      retryAtNanos = nowNanos + RETRY_NANOS;
    }
  }

  /** How many attempts have failed. */
  long failures() {
    return failures;
  }
}
