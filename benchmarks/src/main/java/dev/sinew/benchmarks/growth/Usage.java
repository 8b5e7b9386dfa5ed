// SPDX-License-Identifier: Apache-2.0
package dev.sinew.benchmarks.growth;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this process has used until now.
 *
 * @param cpuNanos processor time of the whole process
 * @param threadNanos processor time of the threads that live, by kind
 * @param gcPauses collections so far
 * @param gcMillis how long they took
 */
record Usage(long cpuNanos, Map<String, Long> threadNanos, long gcPauses, long gcMillis) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final UnixOperatingSystemMXBean SYSTEM =
      (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Until this moment. */
  static Usage now() {
    Map<String, Long> byKind = new TreeMap<>();
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null) {
        long nanos = Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
        byKind.merge(kind(thread.getThreadName()), nanos, Long::sum);
      }
    }
    long pauses = 0;
    long millis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      pauses += collector.getCollectionCount();
      millis += collector.getCollectionTime();
    }
    return new Usage(SYSTEM.getProcessCpuTime(), byKind, pauses, millis);
  }

  /** A thread's name without the number of its instance. */
  static String kind(String thread) {
    return thread.replaceFirst("(-\\d+)+$", "");
  }

  /** The processor time of this thread. */
  static long thisThreadNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  static int threads() {
    return THREADS.getThreadCount();
  }

  static int mostThreads() {
    return THREADS.getPeakThreadCount();
  }

  static long openFiles() {
    return SYSTEM.getOpenFileDescriptorCount();
  }

  static long mostOpenFiles() {
    return SYSTEM.getMaxFileDescriptorCount();
  }

  /** Bytes of heap in use after a full collection. */
  static long liveHeapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Bytes of this process in memory, or -1 where the system does not tell. */
  static long residentBytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }
}
