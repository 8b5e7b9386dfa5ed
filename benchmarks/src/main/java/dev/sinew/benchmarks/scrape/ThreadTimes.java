// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.scrape;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Processor time and allocation of threads by their names. */
final class ThreadTimes {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ThreadTimes() {}

  /** Processor time of all live threads whose names begin so, in ns. */
  static long nanos(List<String> prefixes) {
    return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
        .filter(Objects::nonNull)
        .filter(thread -> prefixes.stream().anyMatch(thread.getThreadName()::startsWith))
        .mapToLong(ThreadInfo::getThreadId)
        .map(THREADS::getThreadCpuTime)
        .filter(nanos -> nanos > 0)
        .sum();
  }

  /** Bytes that this thread has allocated. */
  static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** Processor time of this thread, in ns. */
  static long own() {
    return THREADS.getCurrentThreadCpuTime();
  }
}
