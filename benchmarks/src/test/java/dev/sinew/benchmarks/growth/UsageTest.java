// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UsageTest {
  @Test
  void threads_of_a_pool_are_of_one_kind() {
    assertThat(Usage.kind("grpc-nio-worker-ELG-1-12")).isEqualTo("grpc-nio-worker-ELG");
    assertThat(Usage.kind("grpc-default-executor-3")).isEqualTo("grpc-default-executor");
    assertThat(Usage.kind("main")).isEqualTo("main");
  }

  @Test
  void a_process_uses_something() {
    Usage usage = Usage.now();
    assertThat(usage.cpuNanos()).isPositive();
    assertThat(usage.threadNanos()).isNotEmpty();
    assertThat(Usage.liveHeapBytes()).isPositive();
    assertThat(Usage.openFiles()).isBetween(1L, Usage.mostOpenFiles());
  }
}
