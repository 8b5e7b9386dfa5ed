// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.file.LogFiles;
import dev.sinew.controller.fleet.DecisionView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DecisionReaderTest {
  private static final LogLimits SMALL = new LogLimits(4, 64 << 10);

  @TempDir
  Path folder;

  @Test
  void no_folder_is_an_empty_log() throws IOException {
    DecisionReader reader = new DecisionReader(folder.resolve("nothing"));
    assertThat(reader.lastDecisions(5)).isEmpty();
    assertThat(reader.read(entry -> {}).records()).isZero();
  }

  @Test
  void the_last_few_are_the_same_as_the_end_of_all() throws IOException {
    write(400);
    DecisionReader reader = new DecisionReader(folder);
    List<DecisionView> all = new ArrayList<>();
    reader.read(entry -> {
      if (entry.record() instanceof Decided decided) {
        all.add(DecisionReader.view(decided));
      }
    });
    assertThat(new LogFiles(folder).all()).hasSizeGreaterThan(2);
    for (int count : new int[] {1, 7, all.size() - 1, all.size(), all.size() + 50}) {
      List<DecisionView> last = all.subList(Math.max(0, all.size() - count), all.size());
      assertThat(reader.lastDecisions(count)).as("%d", count).isEqualTo(last);
    }
  }

  @Test
  void the_last_few_are_found_in_the_newest_file_alone() throws IOException {
    write(400);
    DecisionReader reader = new DecisionReader(folder);
    long all = reader.read(entry -> {}).records();
    assertThat(reader.last(1, entry -> entry).tally().records()).isLessThan(all / 2);
  }

  @Test
  @Timeout(60)
  void two_readers_see_whole_records_in_order_while_it_is_written() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      Callable<Integer> reading = () -> {
        int most = 0;
        boolean last;
        do {
          last = over.get();
          most = Math.max(most, readInOrder());
        } while (!last);
        return most;
      };
      Future<Integer> one = readers.submit(reading);
      Future<Integer> two = readers.submit(reading);
      write(1500);
      over.set(true);
      assertThat(one.get(30, TimeUnit.SECONDS)).isPositive();
      assertThat(two.get(30, TimeUnit.SECONDS)).isPositive();
    } finally {
      over.set(true);
      readers.shutdownNow();
    }
  }

  private int readInOrder() throws IOException {
    List<LogRecord> read = new ArrayList<>();
    DecisionReader.Tally tally = new DecisionReader(folder).read(entry -> read.add(entry.record()));
    assertThat(tally.skipped()).isZero();
    for (int i = 1; i < read.size(); i++) {
      assertThat(read.get(i).at()).isAfter(read.get(i - 1).at());
    }
    return read.size();
  }

  private void write(int records) throws IOException {
    try (DecisionLog log = DecisionLog.open(folder, "orders", SMALL)) {
      for (int i = 0; i < records; i++) {
        log.append(Samples.decided(2, i));
      }
    }
  }
}
