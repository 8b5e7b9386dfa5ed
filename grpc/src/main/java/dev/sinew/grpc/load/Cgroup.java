// SPDX-License-Identifier: Apache-2.0
package dev.sinew.grpc.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the control groups of this process allow it, in version 1 and 2 of their file system.
 *
 * <p>A process may use what its own group and every group above it allow, so the tightest bound counts.
 * Files and their meaning: the Linux kernel's {@code Documentation/admin-guide/cgroup-v2.rst} and
 * {@code cgroup-v1/}, {@code proc(5)} for {@code mountinfo}.
 *
 * @param cpus processors it may use, may be a fraction; infinite without a quota
 * @param memoryBytes memory it may use; {@link Long#MAX_VALUE} without a limit
 */
record Cgroup(double cpus, long memoryBytes) {
  static final Cgroup UNLIMITED = new Cgroup(Double.POSITIVE_INFINITY, Long.MAX_VALUE);

  /** Version 1 says "no limit" by the largest number of whole pages. */
  private static final long ABSURD_BYTES = 1L << 60;

  private static final int DEEPEST = 64;

  /** Reads the limits anew; whatever cannot be read limits nothing. */
  static Cgroup read(Path root) {
    Cgroup tightest = UNLIMITED;
    List<String> mounts = lines(root.resolve("proc/self/mountinfo"));
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] group = line.split(":", 3);
      if (group.length == 3) {
        for (String mount : mounts) {
          tightest = tightest.and(limits(root, mount, group[1], group[2]));
        }
      }
    }
    return tightest;
  }

  /** The limits of a group and those above it, if this is the mount that shows them. */
  private static Cgroup limits(Path root, String mountLine, String controllers, String group) {
    String[] halves = mountLine.split(" - ", 2);
    String[] place = halves[0].split(" ", -1);
    String[] type = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
    if (place.length < 5 || type.length < 3) {
      return UNLIMITED;
    }
    boolean second = controllers.isEmpty() && type[0].equals("cgroup2");
    boolean first = !controllers.isEmpty()
        && type[0].equals("cgroup")
        && List.of(type[2].split(",", -1)).containsAll(List.of(controllers.split(",", -1)));
    if (!first && !second) {
      return UNLIMITED;
    }
    try {
      Path mount = root.resolve(unescaped(place[4]).substring(1)).normalize();
      Path own = mount.resolve(below(unescaped(place[3]), group)).normalize();
      return upwards(own.startsWith(mount) ? own : mount, mount);
    } catch (InvalidPathException e) {
      return UNLIMITED;
    }
  }

  private static Cgroup upwards(Path group, Path mount) {
    Cgroup tightest = UNLIMITED;
    Path here = group;
    for (int i = 0; i < DEEPEST && here != null && here.startsWith(mount); i++) {
      tightest = tightest.and(new Cgroup(
          Math.min(
              cpus(number(here, "cpu.cfs_quota_us", 0), number(here, "cpu.cfs_period_us", 0)),
              cpus(number(here, "cpu.max", 0), number(here, "cpu.max", 1))),
          Math.min(
              bytes(number(here, "memory.limit_in_bytes", 0)),
              bytes(number(here, "memory.max", 0)))));
      here = here.getParent();
    }
    return tightest;
  }

  /** A group's path below the mount; a mount may show only a part of the tree. */
  private static String below(String mountRoot, String group) {
    String prefix = mountRoot.equals("/") ? "" : mountRoot;
    boolean inside = group.equals(prefix) || group.startsWith(prefix + "/");
    String path = inside ? group.substring(prefix.length()) : "";
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private static double cpus(long quotaMicros, long periodMicros) {
    boolean limited = quotaMicros > 0 && periodMicros > 0;
    return limited ? quotaMicros / (double) periodMicros : Double.POSITIVE_INFINITY;
  }

  private static long bytes(long limit) {
    return limit > 0 && limit < ABSURD_BYTES ? limit : Long.MAX_VALUE;
  }

  /** The number at a place of a file's first line; -1 if there is none, as with {@code max}. */
  private static long number(Path group, String file, int place) {
    List<String> lines = lines(group.resolve(file));
    String[] words = lines.isEmpty() ? new String[0] : lines.get(0).trim().split(" ", -1);
    try {
      return place < words.length ? Long.parseLong(words[place]) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static String unescaped(String path) {
    return path.replace("\\040", " ");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException | SecurityException e) {
      return List.of();
    }
  }

  private Cgroup and(Cgroup other) {
    return new Cgroup(Math.min(cpus, other.cpus), Math.min(memoryBytes, other.memoryBytes));
  }
}
