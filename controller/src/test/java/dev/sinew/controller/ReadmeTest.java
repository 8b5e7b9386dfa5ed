// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the Chinese README to the English one: the same sections, commands, code, figures and links. */
final class ReadmeTest {
  private static final Path ENGLISH = Path.of("../README.md");
  private static final Path CHINESE = Path.of("../README.zh-CN.md");

  @Test
  void both_have_the_same_sections() throws IOException {
    assertThat(found(CHINESE, "(?m)^#+(?= )"))
        .isEqualTo(found(ENGLISH, "(?m)^#+(?= )"))
        .hasSize(5);
  }

  @Test
  void both_name_the_same_commands_options_and_code_words() throws IOException {
    assertThat(found(CHINESE, "`[^`\n]*[a-z][^`\n]*`"))
        .containsExactlyInAnyOrderElementsOf(found(ENGLISH, "`[^`\n]*[a-z][^`\n]*`"));
  }

  @Test
  void both_show_the_same_code_and_figures() throws IOException {
    String block = "(?s)```yaml\n.*?```|```java\n.*?```|```\n  calls.*?```|```\n +┌.*?```";
    assertThat(found(CHINESE, block)).isEqualTo(found(ENGLISH, block)).hasSize(5);
    assertThat(found(CHINESE, "(?m)^\\./\\w+( [a-z]+)?"))
        .isEqualTo(found(ENGLISH, "(?m)^\\./\\w+( [a-z]+)?"));
  }

  @Test
  void both_have_tables_of_the_same_size() throws IOException {
    assertThat(found(CHINESE, "(?m)^\\|")).hasSameSizeAs(found(ENGLISH, "(?m)^\\|"));
  }

  @Test
  void what_they_link_to_is_there() throws IOException {
    for (Path readme : List.of(ENGLISH, CHINESE)) {
      assertThat(found(readme, "(?<=\\]\\()[^)]+(?=\\))"))
          .isNotEmpty()
          .allSatisfy(link -> assertThat(Path.of("..", link)).exists());
    }
  }

  private static List<String> found(Path file, String regex) throws IOException {
    return Pattern.compile(regex)
        .matcher(Files.readString(file))
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
