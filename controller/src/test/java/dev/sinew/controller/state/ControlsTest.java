// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinew.autoscaler.policy.Hold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Hold HOLD = new Hold("ana@host", "migration \"2\"\n", NOW);

  @TempDir
  private Path folder = Path.of("");

  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve("controls.json");
  }

  @Test
  void nothing_is_held_at_first() {
    assertThat(Controls.read(file, NOW).of("orders")).isNull();
    assertThat(file).doesNotExist();
  }

  @Test
  void a_pause_survives_a_restart_with_who_and_why() throws IOException {
    Controls.read(file, NOW).pause("orders", HOLD);
    Controls again = Controls.read(file, NOW);
    assertThat(again.of("orders")).isEqualTo(HOLD);
    assertThat(again.of("carts")).isNull();
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    again.resume("orders");
    assertThat(Controls.read(file, NOW).of("orders")).isNull();
  }

  @Test
  void the_kill_switch_holds_all_and_lifting_it_leaves_single_pauses() {
    Controls controls = Controls.read(file, NOW);
    Hold one = new Hold("bo", "slow", NOW);
    controls.pause("orders", one);
    controls.pause(null, HOLD);
    assertThat(controls.of("orders")).isEqualTo(HOLD);
    assertThat(controls.of("anything")).isEqualTo(HOLD);
    Controls again = Controls.read(file, NOW);
    again.resume(null);
    assertThat(again.of("anything")).isNull();
    assertThat(again.of("orders")).isEqualTo(one);
  }

  @Test
  void what_cannot_be_read_holds_everything_and_says_so() throws IOException {
    for (String text : new String[] {
      "", "{", "[]", "{\"all\":3}", "null", "{\"all\":{}}", "{\"services\":{\"a\":{}}}", "\0\0\0"
    }) {
      Files.writeString(file, text);
      Hold hold = requireNonNull(Controls.read(file, NOW).of("orders"), text);
      assertThat(hold.why()).contains(file.toString(), "cannot be read");
    }
    Controls controls = Controls.read(file, NOW);
    controls.resume(null);
    assertThat(Controls.read(file, NOW).of("orders")).isNull();
  }

  @Test
  void a_pause_that_cannot_be_written_is_no_pause() throws IOException {
    Path nowhere = folder.resolve("gone").resolve("controls.json");
    Controls controls = Controls.read(nowhere, NOW);
    assertThatThrownBy(() -> controls.pause("orders", HOLD))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("nothing has changed");
    assertThat(controls.of("orders")).isNull();
  }

  @Test
  void who_and_why_are_wanted_and_bounded() {
    Controls controls = Controls.read(file, NOW);
    assertThatThrownBy(() -> controls.pause("orders", new Hold("ana", " ", NOW)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> controls.pause("orders", new Hold("", "x", NOW)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> controls.pause("orders", new Hold("ana", "x".repeat(1001), NOW)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
