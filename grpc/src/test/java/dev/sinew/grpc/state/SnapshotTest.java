// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.endpoint.Endpoint;
import dev.sinew.grpc.HandTimer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
  private static final List<Endpoint> ONE = List.of(Endpoint.of("h", 1));
  private static final List<Endpoint> TWO = List.of(Endpoint.of("h", 1), Endpoint.of("h", 2));

  @TempDir
  Path directory;

  private final HandTimer timer = new HandTimer();
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void several_changes_become_one_write_of_the_last() {
    Snapshot snapshot = snapshot();
    snapshot.offer(ONE);
    snapshot.offer(TWO);
    assertThat(timer.set()).isEqualTo(1);
    assertThat(snapshot.read()).isEmpty();
    timer.runAll();
    assertThat(snapshot().read()).isEqualTo(TWO);
  }

  @Test
  void the_same_list_is_written_again_only_after_half_an_hour() {
    Snapshot snapshot = snapshot();
    snapshot.offer(ONE);
    timer.runAll();
    now = now.plus(Duration.ofMinutes(29));
    snapshot.offer(ONE);
    assertThat(timer.set()).isZero();
    now = now.plus(Duration.ofMinutes(1));
    snapshot.offer(ONE);
    assertThat(timer.set()).isEqualTo(1);
  }

  @Test
  void a_list_older_than_a_day_or_from_the_future_is_ignored() {
    Snapshot snapshot = snapshot();
    snapshot.offer(ONE);
    timer.runAll();
    Instant written = now;
    now = written.plus(Duration.ofHours(24));
    assertThat(snapshot.read()).isEqualTo(ONE);
    now = written.plus(Duration.ofHours(24)).plusMillis(1);
    assertThat(snapshot.read()).isEmpty();
    now = written.minus(Duration.ofMinutes(6));
    assertThat(snapshot.read()).isEmpty();
  }

  @Test
  void a_corrupt_file_is_ignored_and_written_anew() throws Exception {
    Snapshot snapshot = snapshot();
    Files.writeString(SnapshotFile.of(directory, "static:///h:1").path(), "nonsense");
    assertThat(snapshot.read()).isEmpty();
    snapshot.offer(ONE);
    timer.runAll();
    assertThat(snapshot.read()).isEqualTo(ONE);
  }

  @Test
  void a_folder_that_cannot_be_made_harms_nobody() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    Snapshot snapshot =
        new Snapshot(SnapshotFile.of(file.resolve("below"), "static:///h:1"), timer, () -> now);
    snapshot.offer(ONE);
    timer.runAll();
    assertThat(snapshot.read()).isEmpty();
  }

  private Snapshot snapshot() {
    return new Snapshot(SnapshotFile.of(directory, "static:///h:1"), timer, () -> now);
  }
}
