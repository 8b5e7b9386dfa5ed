// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildLogsTest {
  @TempDir
  Path directory;

  @Test
  void the_last_lines_are_few_however_much_was_written() throws IOException {
    ChildLogs logs = new ChildLogs(directory, "orders");
    Path file = logs.create("orders-ab12-1");
    Files.write(file, IntStream.range(0, 50_000).mapToObj(i -> "line " + i).toList());
    List<String> last = logs.last("orders-ab12-1");
    assertThat(last).hasSize(20);
    assertThat(last.get(19)).isEqualTo("line 49999");
    assertThat(last.get(0)).isEqualTo("line 49980");
  }

  @Test
  void one_endless_line_is_cut() throws IOException {
    ChildLogs logs = new ChildLogs(directory, "orders");
    Files.writeString(logs.create("orders-ab12-1"), "x".repeat(1_000_000));
    assertThat(logs.last("orders-ab12-1")).singleElement().asString().hasSize(8192);
  }

  @Test
  void a_foreign_id_opens_no_file() throws IOException {
    Files.writeString(directory.resolve("secret.log"), "secret");
    ChildLogs logs = new ChildLogs(Files.createDirectory(directory.resolve("logs")), "orders");
    for (String id : List.of("../secret", "orders-ab12-1/../../../secret", "", "orders-ab12-1")) {
      assertThat(logs.last(id)).isEmpty();
    }
  }

  @Test
  void only_the_latest_ended_are_kept_and_those_that_live_are_never_removed() throws IOException {
    Files.writeString(directory.resolve("orders-zzzz-9.log"), "of an earlier run");
    Files.writeString(directory.resolve("notes.log"), "of someone else");
    ChildLogs logs = new ChildLogs(directory, "orders");
    logs.create("orders-ab12-0");
    for (int i = 1; i <= 100; i++) {
      logs.create("orders-ab12-" + i);
      logs.ended("orders-ab12-" + i);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .hasSize(ChildLogs.KEPT + 2)
          .contains("notes.log", "orders-ab12-0.log", "orders-ab12-100.log", "orders-ab12-37.log")
          .doesNotContain("orders-zzzz-9.log", "orders-ab12-36.log");
    }
  }

  @Test
  void what_children_write_is_for_their_owner_only() throws IOException {
    Path fresh = directory.resolve("a/b");
    Path file = new ChildLogs(fresh, "orders").create("orders-ab12-1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
        .isEqualTo("rwx------");
  }

  @Test
  void what_grows_beyond_the_bound_is_cut_and_its_end_kept_and_the_child_writes_on()
      throws IOException {
    ChildLogs logs = new ChildLogs(directory, "orders");
    Path file = logs.create("orders-ab12-1");
    Path older = directory.resolve("orders-ab12-1.log.1");
    try (OutputStream child = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      child.write("a".repeat(60).getBytes(UTF_8));
      logs.bound(100);
      assertThat(older).doesNotExist();
      child.write("b".repeat(60).getBytes(UTF_8));
      logs.bound(100);
      assertThat(older).content().isEqualTo("a".repeat(40) + "b".repeat(60));
      child.write("c".getBytes(UTF_8));
      assertThat(file).content().isEqualTo("c");
      child.write("d".repeat(100).getBytes(UTF_8));
      logs.bound(100);
    }
    assertThat(older).content().isEqualTo("d".repeat(100));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(older)))
        .isEqualTo("rw-------");
  }

  @Test
  void without_room_for_a_copy_it_is_cut_all_the_same() throws IOException {
    ChildLogs logs = new ChildLogs(directory, "orders");
    Path file = logs.create("orders-ab12-1");
    Files.createDirectory(directory.resolve("orders-ab12-1.log.1"));
    Files.writeString(file, "x".repeat(101));
    logs.bound(100);
    assertThat(file).isEmptyFile();
  }

  @Test
  void logs_of_adopted_children_are_not_pruned_until_they_end() throws IOException {
    for (int i = 0; i < 70; i++) {
      Path file = Files.writeString(directory.resolve("orders-ab12-" + i + ".log"), "x");
      assertThat(file.toFile().setLastModified(1_000_000L * (i + 1))).isTrue();
    }
    Files.writeString(directory.resolve("orders-ab12-1.log.1"), "older");
    ChildLogs logs = new ChildLogs(directory, "orders");
    logs.adopt(List.of("orders-ab12-0"));
    assertThat(directory.resolve("orders-ab12-0.log")).exists();
    assertThat(directory.resolve("orders-ab12-1.log")).doesNotExist();
    assertThat(directory.resolve("orders-ab12-1.log.1")).doesNotExist();
    assertThat(directory.resolve("orders-ab12-6.log")).exists();
    logs.bound(0);
    assertThat(directory.resolve("orders-ab12-0.log")).isEmptyFile();
    logs.ended("orders-ab12-0");
    assertThat(directory.resolve("orders-ab12-6.log")).doesNotExist();
  }
}
