// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
final class ProcessLauncherTest {
  private static final int NO_PORT = 70_000;

  @TempDir
  Path directory;

  @Test
  void a_child_that_cannot_be_watched_does_not_stay() throws Exception {
    ProcessSpec spec =
        ProcessSpec.builder("orders", List.of("sleep", "987"), directory).build();
    ChildLogs logs = new ChildLogs(directory, "orders");
    ProcessLauncher launcher = new ProcessLauncher(() -> spec, logs, () -> {});
    assertThatThrownBy(() -> launcher.launch("orders-1", NO_PORT, ""))
        .isInstanceOf(IllegalArgumentException.class);
    Eventually.within(
        Duration.ofSeconds(10),
        "no child of this process is left",
        () -> ProcessHandle.current().children().noneMatch(ProcessHandle::isAlive));
  }
}
