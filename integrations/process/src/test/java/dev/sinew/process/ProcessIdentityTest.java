// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ProcessIdentityTest {
  @Test
  void its_text_is_read_again_and_nothing_else_is() {
    ProcessIdentity identity = new ProcessIdentity(17, 4711, "0badcafe");
    assertThat(ProcessIdentity.parse(identity.toString())).isEqualTo(identity);
    for (String text : new String[] {"", "-", "1.2", "1.2.xyz", "0.1.0badcafe", "1.0.0badcafe"}) {
      assertThat(ProcessIdentity.parse(text)).as(text).isNull();
    }
  }

  @Test
  void the_same_id_with_another_start_is_another_process() {
    ProcessIdentity self = Processes.self();
    assertThat(self.alive()).isTrue();
    assertThat(new ProcessIdentity(self.pid(), self.startTicks() - 1, self.boot()).alive())
        .isFalse();
    assertThat(new ProcessIdentity(self.pid(), self.startTicks(), "00000001").alive())
        .isFalse();
    assertThat(new ProcessIdentity(Long.MAX_VALUE, 1, self.boot()).alive()).isFalse();
  }

  @Test
  @Tag("process")
  void a_dead_process_that_nobody_has_buried_does_not_live() throws Exception {
    // The shell becomes a sleep, which never asks how its child ended.
    Process parent =
        new ProcessBuilder("sh", "-c", "sh -c 'echo $$; read x' & exec sleep 60 2>&-").start();
    try {
      long pid;
      try (BufferedReader said = parent.inputReader()) {
        pid = Long.parseLong(said.readLine());
      }
      Eventually.within(
          Duration.ofSeconds(5),
          "a zombie",
          () -> Processes.read("/proc/" + pid + "/stat").contains(") Z "));
      assertThat(ProcessIdentity.of(pid)).isNull();
    } finally {
      parent.destroyForcibly();
    }
  }
}
