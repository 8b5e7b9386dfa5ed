// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {
  @TempDir
  Path directory;

  @Test
  void what_was_written_last_is_read_and_for_the_owner_only() throws IOException {
    Path path = directory.resolve("a/b");
    try (StateFolder folder = StateFolder.open(path)) {
      assertThat(folder.read()).isNull();
      folder.write(Journal.EMPTY);
      folder.write(JournalTest.TWO);
      assertThat(folder.read()).isEqualTo(JournalTest.TWO);
    }
    assertThat(mode(path)).isEqualTo("rwx------");
    assertThat(mode(path.resolve("journal"))).isEqualTo("rw-------");
    assertThat(mode(path.resolve("lock"))).isEqualTo("rw-------");
  }

  @Test
  void a_second_one_is_told_which_folder_and_who_has_it_until_the_first_closes()
      throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("state"));
    Files.createDirectory(directory.resolve("state"));
    try (StateFolder first = StateFolder.open(directory.resolve("state"))) {
      assertThatThrownBy(() -> StateFolder.open(link))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("process.state-directory: " + first.path()
              + " (expected: one that no controller has open; process "
              + ProcessHandle.current().pid() + " has)");
    }
    StateFolder.open(link).close();
  }

  @Test
  void garbage_is_moved_aside_and_does_not_stop_a_start() throws IOException {
    long seed = 20261122;
    Random random = new Random(seed);
    String good = JournalTest.TWO.text();
    for (int i = 0; i < 50; i++) {
      byte[] bytes = new byte[random.nextInt(2000)];
      random.nextBytes(bytes);
      if (i % 3 == 0) {
        bytes = good.substring(0, random.nextInt(good.length())).getBytes(UTF_8);
      } else if (i == 1) {
        bytes = new byte[Journal.LARGEST_BYTES + 1];
      }
      Files.write(directory.resolve("journal"), bytes);
      try (StateFolder folder = StateFolder.open(directory)) {
        assertThat(folder.read()).as("seed %d, %d", seed, i).isNull();
      }
      assertThat(directory.resolve("journal")).doesNotExist();
      assertThat(Files.readAllBytes(directory.resolve("journal.bad"))).isEqualTo(bytes);
    }
  }

  @Test
  void a_journal_that_could_not_be_written_leaves_the_one_before() throws IOException {
    try (StateFolder folder = StateFolder.open(directory)) {
      folder.write(JournalTest.TWO);
      Files.createDirectory(directory.resolve("journal.new"));
      assertThatThrownBy(() -> folder.write(Journal.EMPTY)).isInstanceOf(IOException.class);
      assertThat(folder.read()).isEqualTo(JournalTest.TWO);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
