// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinew.process.ProcessSpec.OnControllerLoss;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GuardTest {
  static final List<String> HOSTILE = List.of(
      "plain",
      "two words",
      "'single' \"double\"",
      "$HOME `id` $(id) ${PATH}",
      "line\nbreak\ttab",
      "* ? [a-z] ~",
      "; exit 1 # && || |",
      "back\\slash\\n",
      "-n",
      "--",
      "",
      "ünï ☃");

  @Test
  void arguments_are_words_of_their_own_and_never_part_of_the_script() {
    for (OnControllerLoss loss : OnControllerLoss.values()) {
      List<String> words = wrap(HOSTILE, loss);
      int first = words.size() - HOSTILE.size();
      assertThat(words.subList(first, words.size())).isEqualTo(HOSTILE);
      assertThat(words.subList(0, first)).isEqualTo(prefix(loss));
    }
  }

  @Test
  void one_that_is_kept_has_no_guard() {
    assertThat(prefix(OnControllerLoss.STOP)).anyMatch(word -> word.contains(Guard.NAME));
    assertThat(prefix(OnControllerLoss.KEEP)).noneMatch(word -> word.contains(Guard.NAME));
  }

  static List<String> wrap(List<String> command, OnControllerLoss loss) {
    return loss == OnControllerLoss.STOP
        ? Guard.guarded(command)
        : Guard.kept(command, Path.of("/nowhere/x.pid"), 20_001, "abc");
  }

  private static List<String> prefix(OnControllerLoss loss) {
    List<String> words = wrap(List.of("x"), loss);
    return words.subList(0, words.size() - 1);
  }
}
