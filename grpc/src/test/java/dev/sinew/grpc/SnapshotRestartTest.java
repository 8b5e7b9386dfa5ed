// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.ManagedChannel;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that starts while its source is silent. */
@Tag("grpc")
@Timeout(60)
class SnapshotRestartTest {
  /** Calls are to succeed within 2 s; a machine with other work gets longer. */
  private static final long START_MILLIS = 6_000;

  @TempDir
  Path directory;

  @Test
  void a_restarted_client_starts_from_the_snapshot_and_says_so() {
    try (Fleet fleet = new Fleet(2)) {
      SteeredSourceProvider.source("restart")
          .list(fleet.all().stream().map(TestReplica::endpoint).toList());
      ManagedChannel first = fleet.open(channel("restart"));
      fleet.meetAll(first);
      Fleet.await(() -> files().length == 1);
      ManagedChannel unused = first.shutdownNow();
      SteeredSourceProvider.forget("restart");
      SteeredSourceProvider.Steered silent = SteeredSourceProvider.source("restart");

      long begun = System.nanoTime();
      ManagedChannel second = fleet.open(channel("restart"));
      assertThat(Fleet.call(second, TestMethods.GET)).startsWith("replica-");
      long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      assertThat(tookMillis).isLessThan(START_MILLIS);
      assertThat(SinewChannels.stats(second).fromSnapshot()).isTrue();
      assertThat(SinewChannels.stats(second).sourceAge()).isNull();

      silent.list(List.of(fleet.get(1).endpoint()));
      Fleet.await(() -> SinewChannels.stats(second).known() == 1);
      assertThat(SinewChannels.stats(second).fromSnapshot()).isFalse();
      assertThat(SinewChannels.stats(second).sourceAge()).isNotNull();
    }
  }

  @Test
  void targets_without_a_source_of_ours_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SinewChannels.forTarget("dns:///orders:80").snapshot(directory))
        .withMessage(
            "snapshot: dns:///orders:80 (expected: a target with an endpoint source of Sinew)");
  }

  private ManagedChannel channel(String name) {
    return SinewChannels.forTarget("steered:///" + name).snapshot(directory).build();
  }

  private File[] files() {
    File[] files = directory.toFile().listFiles((folder, name) -> name.endsWith(".endpoints"));
    return files == null ? new File[0] : files;
  }
}
