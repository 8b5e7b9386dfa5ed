// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The processor and memory share of this process, of what its control groups and machine allow.
 *
 * <p>Not thread-safe.
 */
final class ProcessMeter {
  /** Limits change while a process runs, but not often; the heap is read as rarely. */
  private static final long REREAD_NANOS = 1_000_000_000L;

  private final Path root;
  private final CpuMeter cpu = new CpuMeter();
  private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
      .filter(pool -> pool.getType() == MemoryType.HEAP)
      .toList();
  private Cgroup cgroup = Cgroup.UNLIMITED;
  private double memory = Double.NaN;
  private long readNanos;
  private boolean read;

  /** A meter that finds {@code /proc} and {@code /sys} below the given root. */
  ProcessMeter(Path root) {
    this.root = root;
  }

  /** The present shares; NaN is unknown. */
  Usage read(long nowNanos) {
    if (!read || nowNanos - readNanos >= REREAD_NANOS) {
      read = true;
      readNanos = nowNanos;
      cgroup = Cgroup.read(root);
      memory = memory(
          heapShare(), residentBytes(root.resolve("proc/self/status")), cgroup.memoryBytes());
    }
    double cpus = Math.min(cgroup.cpus(), Runtime.getRuntime().availableProcessors());
    return new Usage(cpu.share(cpuNanos(), cpus, nowNanos), memory);
  }

  /** The larger of the heap's share and the share of the memory limit, if there is one and it is known. */
  static double memory(double heapShare, long residentBytes, long limitBytes) {
    boolean limited = limitBytes < Long.MAX_VALUE && residentBytes >= 0;
    double ofLimit = limited ? residentBytes / (double) limitBytes : Double.NaN;
    return Double.isNaN(heapShare) || ofLimit > heapShare ? ofLimit : heapShare;
  }

  /** The resident set in a {@code /proc/PID/status}; -1 is unknown. */
  static long residentBytes(Path status) {
    try {
      for (String line : Files.exists(status) ? Files.readAllLines(status) : List.<String>of()) {
        if (line.startsWith("VmRSS:") && line.endsWith(" kB")) {
          return 1024 * Long.parseLong(line.substring(6, line.length() - 3).trim());
        }
      }
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
    return -1;
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : -1;
  }

  /**
   * What lived after the last collection, as a share of the largest heap. A pool that was not collected
   * yet counts with all that it holds: that is too much rather than too little.
   */
  private double heapShare() {
    long live = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage after = pool.getCollectionUsage();
      boolean collected = after != null && after.getCommitted() > 0;
      live += collected ? after.getUsed() : pool.getUsage().getUsed();
    }
    long most = Runtime.getRuntime().maxMemory();
    return most == Long.MAX_VALUE ? Double.NaN : live / (double) most;
  }

  /**
   * Shares of what is allowed.
   *
   * @param cpu processor time within the last second
   * @param memory heap or resident memory, whichever is closer to its limit
   */
  record Usage(double cpu, double memory) {}
}
