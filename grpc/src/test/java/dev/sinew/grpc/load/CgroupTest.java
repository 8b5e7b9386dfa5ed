// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CgroupTest {
  private static final String V2_MOUNT =
      "30 23 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";
  private static final String V1_CPU_MOUNT =
      "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct";
  private static final String V1_MEMORY_MOUNT =
      "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory";

  @TempDir
  Path root;

  @Test
  void without_files_there_is_no_limit() {
    assertThat(Cgroup.read(root)).isEqualTo(Cgroup.UNLIMITED);
  }

  @Test
  void version_2_is_read() throws IOException {
    process("0::/apps/orders", V2_MOUNT);
    file("sys/fs/cgroup/apps/orders/cpu.max", "20000 100000");
    file("sys/fs/cgroup/apps/orders/memory.max", "67108864");
    assertThat(Cgroup.read(root)).isEqualTo(new Cgroup(0.2, 64 << 20));
  }

  @Test
  void a_tighter_parent_counts_and_max_is_no_limit() throws IOException {
    process("0::/apps/orders", V2_MOUNT);
    file("sys/fs/cgroup/apps/orders/cpu.max", "max 100000");
    file("sys/fs/cgroup/apps/orders/memory.max", "max");
    file("sys/fs/cgroup/apps/cpu.max", "150000 100000");
    file("sys/fs/cgroup/apps/memory.max", "1000000");
    assertThat(Cgroup.read(root)).isEqualTo(new Cgroup(1.5, 1_000_000));
  }

  @Test
  void version_1_is_read() throws IOException {
    process("4:cpu,cpuacct:/a/b\n3:memory:/m", V1_CPU_MOUNT + "\n" + V1_MEMORY_MOUNT);
    file("sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us", "50000");
    file("sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us", "100000");
    file("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "25000");
    file("sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "100000");
    file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1");
    file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
    file("sys/fs/cgroup/memory/m/memory.limit_in_bytes", "4096");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
    assertThat(Cgroup.read(root)).isEqualTo(new Cgroup(0.25, 4096));
  }

  @Test
  void other_groups_limits_are_not_ours() throws IOException {
    process("4:cpu,cpuacct:/a\n0::/", V1_CPU_MOUNT);
    file("sys/fs/cgroup/cpu/z/cpu.cfs_quota_us", "1000");
    file("sys/fs/cgroup/cpu/z/cpu.cfs_period_us", "100000");
    assertThat(Cgroup.read(root)).isEqualTo(Cgroup.UNLIMITED);
  }

  @Test
  void a_container_that_sees_only_its_own_part_reads_it_at_the_mount() throws IOException {
    process(
        "4:cpu,cpuacct:/docker/abc",
        "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct");
    file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000");
    file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
    assertThat(Cgroup.read(root).cpus()).isEqualTo(2);
  }

  @Test
  void a_group_outside_of_the_mount_falls_back_to_the_mount() throws IOException {
    process("0::/../../elsewhere", V2_MOUNT);
    file("sys/fs/cgroup/cpu.max", "30000 100000");
    file("sys/elsewhere/cpu.max", "1000 100000");
    assertThat(Cgroup.read(root).cpus()).isEqualTo(0.3);
  }

  @Test
  void nonsense_limits_nothing() throws IOException {
    process("0::/a\nnonsense\n:::\n7:cpu", V2_MOUNT + "\nx\n - \n1 2 3 4 5 - cgroup2\n");
    file("sys/fs/cgroup/a/cpu.max", "0 0");
    file("sys/fs/cgroup/a/memory.max", "-7");
    assertThat(Cgroup.read(root)).isEqualTo(Cgroup.UNLIMITED);
    file("sys/fs/cgroup/a/cpu.max", "");
    file("sys/fs/cgroup/a/memory.max", "99999999999999999999999");
    assertThat(Cgroup.read(root)).isEqualTo(Cgroup.UNLIMITED);
  }

  private void process(String groups, String mounts) throws IOException {
    file("proc/self/cgroup", groups + "\n");
    file("proc/self/mountinfo", mounts + "\n");
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
