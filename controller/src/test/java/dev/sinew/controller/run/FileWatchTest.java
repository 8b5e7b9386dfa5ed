// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.controller.config.FleetFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileWatchTest {
  private final List<String> told = new ArrayList<>();
  private String text = "a";
  private final FileWatch watch =
      new FileWatch(() -> file(text), file("a"), file -> told.add(file.digest()));

  @Test
  void a_change_is_told_once_it_was_seen_twice() {
    look("a", "b");
    assertThat(told).isEmpty();
    look("b", "b", "b");
    assertThat(told).containsExactly("b");
  }

  @Test
  void half_a_file_that_is_being_saved_is_never_told() {
    look("b1", "b2", "b", "b");
    assertThat(told).containsExactly("b");
  }

  @Test
  void a_change_that_is_taken_back_is_none() {
    look("b", "a", "a", "a");
    assertThat(told).isEmpty();
  }

  private void look(String... texts) {
    for (String next : texts) {
      text = next;
      watch.run();
    }
  }

  private static FleetFile file(String digest) {
    return new FleetFile(null, List.of(), digest);
  }
}
