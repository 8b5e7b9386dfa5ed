// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.LogRecord.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  private static final LogLimits SMALL = new LogLimits(3, 64 << 10);

  @TempDir
  Path folder;

  @Test
  void a_disk_that_fills_up_in_the_middle_of_a_line_costs_no_other_line() throws IOException {
    for (int seed = 0; seed < 25; seed++) {
      Path log = folder.resolve("log" + seed);
      Random random = new Random(seed);
      FailingDisk disk = new FailingDisk();
      List<LogRecord> written = new ArrayList<>();
      try (DecisionLog out = DecisionLog.open(log, "orders", SMALL, disk)) {
        for (int i = 0; i < 40; i++) {
          disk.room(random.nextInt(3) == 0 ? random.nextInt(2000) : Long.MAX_VALUE);
          disk.truncates(random.nextInt(10) > 0);
          LogRecord record = Samples.decided(1 + random.nextInt(4), i);
          if (out.append(record)) {
            written.add(record);
          }
        }
      }
      List<LogRecord> read = new ArrayList<>();
      DecisionReader.Tally tally = new DecisionReader(log).read(entry -> read.add(entry.record()));
      assertThat(tally.skipped()).as("seed %d", seed).isZero();
      assertThat(read.stream().filter(record -> !(record instanceof Event)))
          .as("seed %d", seed)
          .isEqualTo(written);
    }
  }

  @Test
  void an_outage_is_counted_and_told_when_it_is_over() throws IOException {
    FailingDisk disk = new FailingDisk();
    try (DecisionLog out = DecisionLog.open(folder, "orders", SMALL, disk)) {
      out.append(Samples.decided(2, 0));
      disk.room(100);
      for (int i = 1; i <= 5; i++) {
        assertThat(out.append(Samples.decided(2, i))).isFalse();
      }
      assertThat(out.stats().failures()).isEqualTo(5);
      assertThat(out.stats().failingSince()).isEqualTo(Samples.at(1));
      assertThat(out.stats().lastFailure()).contains("No space left on device");
      disk.room(Long.MAX_VALUE);
      assertThat(out.append(Samples.decided(2, 6))).isTrue();
      assertThat(out.stats().failingSince()).isNull();
    }
    List<LogRecord> read = new ArrayList<>();
    new DecisionReader(folder).read(entry -> read.add(entry.record()));
    assertThat(read).hasSize(3);
    assertThat(read.get(1)).isInstanceOfSatisfying(Event.class, lost -> {
      assertThat(lost.kind()).isEqualTo(Event.Kind.RECORDS_LOST);
      assertThat(lost.text()).startsWith("5 not written since " + Samples.at(1));
    });
  }

  /** A file system of 256 KiB in a mount namespace of its own, filled by somebody else. */
  @Test
  @Tag("process")
  void a_really_full_disk_is_survived() throws Exception {
    Process probe =
        new ProcessBuilder("unshare", "-rm", "true").redirectErrorStream(true).start();
    boolean permitted = probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
    assumeTrue(permitted, "this system lets nobody but root mount a file system of his own");
    String java = ProcessHandle.current().info().command().orElse("java");
    String script = "mount -t tmpfs -o size=256k none \"$1\" && exec \"$2\" -cp \"$3\" "
        + FullDiskProgram.class.getName() + " \"$1\"";
    Path output = folder.resolve("output");
    Process process = new ProcessBuilder(
            "unshare",
            "-rm",
            "sh",
            "-c",
            script,
            "sh",
            Files.createDirectory(folder.resolve("disk")).toString(),
            java,
            System.getProperty("java.class.path"))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(output, UTF_8))
        .contains("failed while full: true", "read: 20 of 20 whole, 0 damaged, losses told: true");
  }
}
