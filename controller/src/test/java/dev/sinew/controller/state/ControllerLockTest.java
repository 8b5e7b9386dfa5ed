// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerLockTest {
  @TempDir
  private Path folder = Path.of("");

  @Test
  void each_controller_has_a_later_term_than_the_one_before() throws IOException {
    for (int term = 1; term <= 3; term++) {
      try (ControllerLock lock = ControllerLock.take(folder.resolve("state"))) {
        assertThat(lock.epoch()).isEqualTo(term);
      }
    }
  }

  @Test
  void only_one_has_it_and_the_other_hears_who() throws IOException {
    try (ControllerLock lock = ControllerLock.take(folder)) {
      assertThat(lock.epoch()).isEqualTo(1);
      assertThatThrownBy(() -> ControllerLock.take(folder))
          .isInstanceOf(ControllerLock.HeldException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void a_lost_term_is_followed_by_one_above_every_one_that_services_may_remember()
      throws IOException {
    Files.createDirectories(folder.resolve("services"));
    try (ControllerLock lock = ControllerLock.take(folder)) {
      assertThat(lock.epoch()).isGreaterThan(1_700_000_000L);
    }
  }

  @Test
  void a_folder_that_cannot_be_made_is_told_in_one_line() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> ControllerLock.take(file.resolve("state")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "controller.state: " + file.resolve("state") + " (expected: a folder")
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_term_that_cannot_be_read_is_followed_by_one_above_every_counted_one() throws IOException {
    Files.writeString(folder.resolve("epoch"), "rubbish");
    try (ControllerLock lock = ControllerLock.take(folder)) {
      assertThat(lock.epoch()).isGreaterThan(1_700_000_000L);
    }
  }
}
