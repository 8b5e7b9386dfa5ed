// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A {@link FullDiskController} in a mount namespace of its own, where its state folder is a tmpfs. */
@Tag("process")
@Timeout(value = 150, unit = TimeUnit.SECONDS)
final class FullDiskTest {
  private static final List<String> PRIVATE = List.of("unshare", "-rm", "sh", "-ec");

  @TempDir
  Path directory;

  private final String mark = UUID.randomUUID().toString();

  @AfterEach
  void leaves_nothing_behind() {
    Processes.withEnvironment(ChaosController.MARK + "=" + mark)
        .forEach(pid -> Processes.signal("KILL", pid));
  }

  @Test
  void the_fleet_goes_on_the_loss_is_counted_and_made_good() throws Exception {
    Path state = Files.createDirectory(directory.resolve("state"));
    String mount = "mount -t tmpfs -o size=64k none \"$0\"";
    boolean possible = run("probe", List.of(mount, state.toString())).equals("");
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(possible, "no private tmpfs here");
    }
    List<String> words = new ArrayList<>(List.of(mount + "; exec \"$@\"", state.toString()));
    words.addAll(TestCommands.java(
        TestCommands.CLASS_PATH, FullDiskController.class, List.of(directory.toString(), mark)));
    assertThat(run("controller", words)).contains("full: No space left").endsWith("passed\n");
  }

  /** What a command says in a namespace of its own, and how it ended unless well. */
  private String run(String name, List<String> words) throws Exception {
    List<String> all = new ArrayList<>(PRIVATE);
    all.addAll(words);
    Path output = directory.resolve(name + ".out");
    Process process = new ProcessBuilder(all)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      String end = ended ? "exit " + process.exitValue() : "no end";
      return Files.readString(output) + (end.equals("exit 0") ? "" : end);
    } finally {
      process.destroyForcibly();
    }
  }
}
