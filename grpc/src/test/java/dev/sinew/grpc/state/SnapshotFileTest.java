// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.endpoint.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  private static final String TARGET = "consul://10.0.0.1:8500/orders?tag=x";
  private static final SnapshotFile.Content CONTENT =
      new SnapshotFile.Content(Instant.EPOCH, List.of(Endpoint.of("h", 1)));

  @TempDir
  Path directory;

  @Test
  void a_file_is_read_as_it_was_written_and_belongs_to_its_owner_only() throws Exception {
    SnapshotFile file = SnapshotFile.of(directory.resolve("new"), TARGET);
    assertThat(file.read()).isNull();
    file.write(CONTENT);
    file.write(CONTENT);
    assertThat(file.read()).isEqualTo(CONTENT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("new"))))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(directory.resolve("new"))) {
      assertThat(files).containsExactly(file.path());
    }
  }

  @Test
  void targets_are_told_apart_by_their_query_which_nobody_can_read() throws Exception {
    SnapshotFile file = SnapshotFile.of(directory, TARGET);
    file.write(CONTENT);
    assertThat(Files.readString(file.path()))
        .contains("consul://10.0.0.1:8500/orders ")
        .doesNotContain("tag");
    assertThat(SnapshotFile.of(directory, TARGET.replace("tag=x", "tag=y")).path())
        .isNotEqualTo(file.path());
  }

  @Test
  void a_file_of_another_target_is_refused() throws Exception {
    SnapshotFile file = SnapshotFile.of(directory, TARGET);
    file.write(CONTENT);
    SnapshotFile other = SnapshotFile.of(directory, "consul:///users");
    Files.move(file.path(), other.path());
    refused(other, "snapshot.target: ");
  }

  @Test
  void any_change_of_a_byte_or_end_is_refused() throws Exception {
    SnapshotFile file = SnapshotFile.of(directory, TARGET);
    file.write(CONTENT);
    byte[] good = Files.readAllBytes(file.path());
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(127));
      Files.write(file.path(), bad);
      refused(file, "snapshot");
    }
    Files.write(file.path(), new byte[0]);
    refused(file, "snapshot");
    Files.writeString(file.path(), new String(good, java.nio.charset.StandardCharsets.UTF_8) + "x");
    refused(file, "snapshot");
  }

  @Test
  void what_others_may_write_or_is_no_plain_file_or_too_long_is_refused() throws Exception {
    SnapshotFile file = SnapshotFile.of(directory, TARGET);
    file.write(CONTENT);
    Path unused =
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-rw----"));
    refused(file, "snapshot: rw-rw----");
    Path real = directory.resolve("real");
    Files.move(file.path(), real);
    Files.createSymbolicLink(file.path(), real);
    refused(file, "snapshot");
    Files.delete(file.path());
    Files.write(file.path(), new byte[SnapshotFile.LONGEST_BYTES + 1]);
    refused(file, "snapshot: longer");
  }

  @Test
  void a_list_that_is_too_long_is_not_written() {
    String long64 = "x".repeat(200_000);
    Endpoint large = new Endpoint("a", "h", 1, "", 1, 0, null, Map.of("a", long64));
    List<Endpoint> many = java.util.Collections.nCopies(50, large);
    SnapshotFile file = SnapshotFile.of(directory, TARGET);
    assertThatThrownBy(() -> file.write(new SnapshotFile.Content(Instant.EPOCH, many)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(file.path()).doesNotExist();
  }

  private static void refused(SnapshotFile file, String message) {
    assertThatThrownBy(file::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
