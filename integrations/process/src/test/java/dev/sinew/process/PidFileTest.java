// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PidFileTest {
  private static final String BOOT = ProcessIdentity.presentBoot();

  @TempDir
  Path folder;

  @Test
  void its_text_is_read_again_and_short_enough_to_need_no_block_on_a_full_disk() {
    ProcessIdentity longest = new ProcessIdentity(4_194_304, 999_999_999_999L, "0badcafe");
    PidFile file = new PidFile(longest, 31_999, "0123456789ab");
    assertThat(PidFile.parse(file.toString())).isEqualTo(file);
    assertThat(file.toString()).hasSizeLessThan(60);
  }

  @Test
  void anything_else_is_none() {
    for (String text : new String[] {
      "",
      "abandoned." + BOOT,
      "1.2.0badcafe.20001",
      "1.2.0badcafe.80.abc",
      "-1.2.0badcafe.20001.abc",
      "0.2.0badcafe.20001.abc",
      "1.2.0badcafe.20001.abc/x",
      "9".repeat(30) + ".2.0badcafe.20001.abc"
    }) {
      assertThat(PidFile.parse(text)).as(text).isNull();
    }
  }

  @Test
  void whoever_is_first_decides_whether_a_child_runs() throws IOException {
    PidFile child = new PidFile(new ProcessIdentity(1, 2, BOOT), 20_001, "abc");
    leave("came", child.toString());
    assertThat(PidFile.claim(folder, "came")).isEqualTo(child);
    assertThat(PidFile.claim(folder, "late")).isNull();
    assertThat(PidFile.claim(folder, "late")).isNull();
  }

  @Test
  void only_the_living_are_found_and_what_is_of_no_more_use_is_removed() throws IOException {
    ProcessIdentity self = Processes.self();
    PidFile living = new PidFile(self, 20_001, "abc");
    leave("living", living.toString());
    leave(
        "recycled",
        new PidFile(new ProcessIdentity(self.pid(), self.startTicks() + 1, BOOT), 20_002, "abc")
            .toString());
    leave(
        "rebooted",
        new PidFile(new ProcessIdentity(self.pid(), self.startTicks(), "00000001"), 20_003, "abc")
            .toString());
    leave("claimed", "abandoned." + BOOT);
    leave("claimed-before-boot", "abandoned.00000001");
    leave("foreign", "/etc/passwd");
    Files.writeString(folder.resolve("file.pid"), living.toString());
    assertThat(PidFile.living(folder, Instant.now())).containsExactly(Map.entry("living", living));
    for (String id : new String[] {"living", "claimed", "foreign", "file"}) {
      assertThat(there(id)).as(id).isTrue();
    }
    for (String id : new String[] {"recycled", "rebooted", "claimed-before-boot"}) {
      assertThat(there(id)).as(id).isFalse();
    }
    PidFile.living(folder, Instant.now().plus(Duration.ofHours(25)));
    assertThat(there("claimed")).isFalse();
  }

  private void leave(String id, String content) throws IOException {
    Files.createSymbolicLink(PidFile.path(folder, id), Path.of(content));
  }

  private boolean there(String id) {
    return Files.exists(PidFile.path(folder, id), LinkOption.NOFOLLOW_LINKS);
  }
}
