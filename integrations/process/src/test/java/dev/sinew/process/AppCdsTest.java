// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AppCdsTest {
  @TempDir
  Path directory;

  @Test
  void only_a_java_launcher_that_chooses_no_archive_itself_gets_one() {
    assertThat(AppCds.applies(List.of("java", "-jar", "a.jar"))).isTrue();
    assertThat(AppCds.applies(List.of("/opt/jdk/bin/java", "Main"))).isTrue();
    assertThat(AppCds.applies(List.of("./start-java", "Main"))).isFalse();
    assertThat(AppCds.applies(List.of("java", "-Xshare:off", "Main"))).isFalse();
    assertThat(AppCds.applies(List.of("java", "-XX:SharedArchiveFile=x", "Main")))
        .isFalse();
    assertThat(AppCds.applies(List.of("java", "-XX:AOTCache=x", "Main"))).isFalse();
  }

  @Test
  void options_come_before_all_others_so_that_the_users_own_logging_wins() {
    assertThat(AppCds.with(List.of("java", "-Xlog:gc", "Main", "arg"), "-XX:X=1"))
        .containsExactly(
            "java",
            "-XX:X=1",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-Xlog:gc",
            "Main",
            "arg");
  }

  @Test
  void the_class_path_is_found_however_it_is_written() throws IOException {
    Path one = jar("one.jar", "1");
    Path two = jar("two.jar", "2");
    String both = one + ":" + two;
    for (List<String> command : List.of(
        List.of("java", "-cp", both, "Main", "-cp", "no"),
        List.of("java", "-Xmx64m", "-classpath", both, "Main"),
        List.of("java", "--class-path=" + both, "Main"),
        List.of("java", "--add-opens", "a/b=c", "-cp", directory + "/*", "Main"),
        List.of("java", "-p", one.toString(), "-cp", two.toString(), "-m", "x/y"))) {
      assertThat(AppCds.classPath(spec(command))).as("%s", command).containsExactly(one, two);
    }
    assertThat(AppCds.classPath(spec(List.of("java", "-jar", one.toString(), "arg"))))
        .containsExactly(one);
  }

  @Test
  void without_an_option_the_class_path_is_that_of_the_environment() throws IOException {
    Path one = jar("one.jar", "1");
    ProcessSpec spec = ProcessSpec.builder("s", List.of("java", "Main"), directory)
        .environment(Map.of("CLASSPATH", one.toString()))
        .build();
    assertThat(AppCds.classPath(spec)).containsExactly(one);
  }

  @Test
  void a_relative_class_path_is_one_in_the_working_directory() throws IOException {
    Path one = jar("one.jar", "1");
    for (String path : List.of("one.jar", "*")) {
      ProcessSpec spec = ProcessSpec.builder("s", List.of("java", "-cp", path, "Main"), directory)
          .workingDirectory(directory)
          .build();
      assertThat(AppCds.classPath(spec)).containsExactly(one);
    }
  }

  @Test
  void the_hash_changes_with_each_jars_name_size_and_time_and_with_their_order()
      throws IOException {
    Path one = jar("one.jar", "1");
    Path two = jar("two.jar", "1");
    String before = AppCds.hash(List.of(one, two));
    assertThat(before).matches("[0-9a-f]{16}").isEqualTo(AppCds.hash(List.of(one, two)));
    assertThat(AppCds.hash(List.of(two, one))).isNotEqualTo(before);
    assertThat(AppCds.hash(List.of(one))).isNotEqualTo(before);
    Files.setLastModifiedTime(two, FileTime.fromMillis(5));
    String touched = AppCds.hash(List.of(one, two));
    assertThat(touched).isNotEqualTo(before);
    Files.writeString(two, "12");
    Files.setLastModifiedTime(two, FileTime.fromMillis(5));
    assertThat(AppCds.hash(List.of(one, two))).isNotEqualTo(touched);
    Files.delete(two);
    assertThat(AppCds.hash(List.of(one, two))).isNotEqualTo(AppCds.hash(List.of(one)));
  }

  @Test
  void a_directory_on_the_class_path_is_refused_because_the_jvm_refuses_it() {
    assertThatThrownBy(() -> AppCds.hash(List.of(directory)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds a directory");
  }

  private Path jar(String name, String content) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    return file;
  }

  private ProcessSpec spec(List<String> command) {
    return ProcessSpec.builder("s", command, directory).build();
  }
}
