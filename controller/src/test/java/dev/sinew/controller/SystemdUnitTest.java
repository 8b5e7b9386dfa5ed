// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class SystemdUnitTest {
  private static final Path UNIT = Path.of("..", "packaging", "sinew.service");
  private static final Path TOOL = Path.of("/usr/bin/systemd-analyze");

  @TempDir
  Path folder;

  @Test
  void replicas_go_on_when_the_controller_ends_and_it_comes_back() throws IOException {
    List<String> lines = Files.readAllLines(UNIT);
    assertThat(lines)
        .contains("Type=exec", "Restart=always", "KillMode=process", "OOMPolicy=continue")
        .contains("NoNewPrivileges=true", "ProtectSystem=strict")
        .noneMatch(line -> line.startsWith("MemoryDenyWriteExecute=true"));
  }

  @Test
  @Tag("process")
  @Timeout(60)
  void systemd_finds_no_fault_in_it() throws Exception {
    assumeTrue(Files.isExecutable(TOOL), "systemd-analyze is not installed");
    // It looks for the program and the user, which exist only where the unit is installed.
    String here = Files.readString(UNIT)
        .replace("/opt/sinew/sinew", "/bin/true")
        .replaceAll("(User|Group)=sinew", "$1=root");
    Path unit = Files.writeString(folder.resolve("sinew.service"), here);
    Process process = new ProcessBuilder(TOOL.toString(), "verify", "--man=no", unit.toString())
        .redirectErrorStream(true)
        .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(said.lines().filter(line -> line.contains("sinew.service"))).isEmpty();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
