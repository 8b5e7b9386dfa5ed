// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessMeterTest {
  @TempDir
  Path root;

  @Test
  void memory_is_the_share_that_is_closer_to_its_limit() {
    assertThat(ProcessMeter.memory(0.5, 80, 100)).isEqualTo(0.8);
    assertThat(ProcessMeter.memory(0.9, 80, 100)).isEqualTo(0.9);
    assertThat(ProcessMeter.memory(Double.NaN, 80, 100)).isEqualTo(0.8);
  }

  @Test
  void without_a_limit_or_a_resident_size_the_heap_counts() {
    assertThat(ProcessMeter.memory(0.5, 80, Long.MAX_VALUE)).isEqualTo(0.5);
    assertThat(ProcessMeter.memory(0.5, -1, 100)).isEqualTo(0.5);
    assertThat(ProcessMeter.memory(Double.NaN, -1, 100)).isNaN();
  }

  @Test
  void the_resident_size_is_read_from_the_status() throws IOException {
    Path status = root.resolve("status");
    assertThat(ProcessMeter.residentBytes(status)).isEqualTo(-1);
    Files.writeString(status, "Name:\tjava\nVmRSS:\t   1234 kB\nThreads:\t9\n");
    assertThat(ProcessMeter.residentBytes(status)).isEqualTo(1234 * 1024);
    Files.writeString(status, "VmRSS:\tmany kB\n");
    assertThat(ProcessMeter.residentBytes(status)).isEqualTo(-1);
  }

  @Test
  void this_process_has_a_memory_share_and_soon_a_processor_share() {
    ProcessMeter meter = new ProcessMeter(root);
    assertThat(meter.read(0).memory()).isBetween(0.0, 1.0);
    assertThat(meter.read(1).cpu()).isNaN();
    assertThat(meter.read(1_000_000_000L).cpu()).isGreaterThanOrEqualTo(0);
  }

  @Test
  void a_limit_that_appears_later_is_seen() throws IOException {
    ProcessMeter meter = new ProcessMeter(root);
    double before = meter.read(0).memory();
    Files.createDirectories(root.resolve("proc/self"));
    Files.createDirectories(root.resolve("cg"));
    Files.writeString(root.resolve("proc/self/status"), "VmRSS:\t 3 kB\n");
    Files.writeString(root.resolve("proc/self/cgroup"), "0::/\n");
    Files.writeString(root.resolve("proc/self/mountinfo"), "1 1 0:1 / /cg rw - cgroup2 c rw\n");
    Files.writeString(root.resolve("cg/memory.max"), "1024\n");
    assertThat(before).isLessThan(1);
    assertThat(meter.read(1_000_000_000L).memory()).isEqualTo(3);
  }
}
