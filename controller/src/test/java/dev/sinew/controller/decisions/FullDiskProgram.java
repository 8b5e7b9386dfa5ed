// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes ten records, fills the disk, fails to write, makes room, writes ten more. */
final class FullDiskProgram {
  private FullDiskProgram() {}

  public static void main(String[] args) throws IOException {
    Path disk = Path.of(args[0]);
    Path log = disk.resolve("log");
    Path ballast = disk.resolve("ballast");
    try (DecisionLog out = DecisionLog.open(log, "orders", LogLimits.DEFAULTS)) {
      write(out, 0, 10);
      fill(ballast);
      boolean failed = false;
      // The last page may have room for some.
      for (int i = 100; i < 150; i++) {
        failed |= !out.append(Samples.decided(20, i));
      }
      System.out.println("failed while full: " + failed);
      Files.delete(ballast);
      write(out, 10, 10);
    }
    List<LogRecord> read = new ArrayList<>();
    DecisionReader.Tally tally = new DecisionReader(log).read(entry -> read.add(entry.record()));
    long meant = read.stream()
        .filter(record -> record instanceof Decided && record.at().isBefore(Samples.at(100)))
        .count();
    boolean told = read.stream()
        .anyMatch(
            record -> record instanceof Event event && event.kind() == Event.Kind.RECORDS_LOST);
    System.out.println(
        "read: " + meant + " of 20 whole, " + tally.skipped() + " damaged, losses told: " + told);
  }

  private static void write(DecisionLog out, int first, int count) {
    for (int i = first; i < first + count; i++) {
      if (!out.append(Samples.decided(3, i))) {
        throw new IllegalStateException(out.stats().lastFailure());
      }
    }
  }

  private static void fill(Path ballast) {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      for (int i = 0; i < 100_000; i++) {
        out.write(new byte[100]);
      }
    } catch (IOException e) {
      System.out.println("full: " + e.getMessage());
    }
  }
}
