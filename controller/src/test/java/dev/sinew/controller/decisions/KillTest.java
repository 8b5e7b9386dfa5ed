// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class KillTest {
  private static final long SEED = 17;

  @TempDir
  Path folder;

  @Test
  @Timeout(120)
  void a_writer_that_is_killed_loses_nothing_that_it_had_written() throws Exception {
    Random random = new Random(SEED);
    int next = 0;
    for (int round = 0; round < 6; round++) {
      int last = writeUntilKilled(next, 1 + random.nextInt(300), random.nextInt(3_000_000));
      List<LogRecord> read = new ArrayList<>();
      DecisionReader.Tally tally =
          new DecisionReader(folder).read(entry -> read.add(entry.record()));
      assertThat(tally.skipped()).as("seed %d, round %d", SEED, round).isZero();
      int newest =
          (int) (read.get(read.size() - 1).at().getEpochSecond() - Samples.at(0).getEpochSecond());
      assertThat(newest).as("seed %d, round %d", SEED, round).isBetween(last, last + 1);
      for (int i = 0; i < read.size(); i++) {
        int number = newest - read.size() + 1 + i;
        assertThat(read.get(i)).isEqualTo(Samples.decided(1 + number % 7, number));
      }
      next = newest + 1;
    }
  }

  /** The number of the last record that the writer said was written. */
  private int writeUntilKilled(int first, int records, int nanos)
      throws IOException, InterruptedException {
    Process writer = new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            folder.toString(),
            String.valueOf(first))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
      String line = said.readLine();
      for (int i = 0; i < records; i++) {
        line = said.readLine();
      }
      long until = System.nanoTime() + nanos;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      // Of the handle: the process's own would close the stream that is still to be read.
      writer.toHandle().destroyForcibly();
      for (String more = said.readLine(); more != null; more = said.readLine()) {
        line = more;
      }
      assertThat(line).isNotNull();
      return Integer.parseInt(line);
    } finally {
      writer.destroyForcibly();
      assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
