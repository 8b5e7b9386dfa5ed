// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecorderTest {
  private static final long START = Long.MAX_VALUE - 10;

  private final List<Integer> tried = new ArrayList<>();
  private boolean full;
  private final Recorder recorder = new Recorder("orders", journal -> {
    tried.add(journal.desired());
    if (full) {
      throw new IOException("No space left on device");
    }
  });

  @Test
  void only_news_is_written() {
    record(1, 0);
    record(1, 10_000);
    record(2, 10_000);
    record(1, 10_000);
    assertThat(tried).containsExactly(1, 2, 1);
    assertThat(recorder.failures()).isZero();
  }

  @Test
  void what_could_not_be_written_is_tried_once_a_second_and_news_at_once_and_each_is_counted() {
    full = true;
    record(1, 0);
    record(1, 999);
    assertThat(tried).containsExactly(1);
    record(1, 1_000);
    record(2, 1_001);
    record(2, 1_500);
    assertThat(tried).containsExactly(1, 1, 2);
    assertThat(recorder.failures()).isEqualTo(3);
    full = false;
    record(2, 2_001);
    record(2, 9_000);
    assertThat(tried).containsExactly(1, 1, 2, 2);
    assertThat(recorder.failures()).isEqualTo(3);
  }

  private void record(int desired, long atMillis) {
    recorder.record(new Journal(desired, 1, 0, 0, 0, List.of()), START + atMillis * 1_000_000);
  }
}
