// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which process is meant, also after its id has gone to another one.
 *
 * @param pid its id, above 0
 * @param startTicks when it started, in clock ticks since the machine did ({@code /proc/PID/stat},
 *     proc(5), field 22); above 0
 * @param boot the first 8 digits of {@code /proc/sys/kernel/random/boot_id}: which start of the
 *     machine is meant
 */
record ProcessIdentity(long pid, long startTicks, String boot) {
  /** The boot where the system does not tell. */
  static final String NO_BOOT = "00000000";

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Pattern FORM = Pattern.compile("(\\d{1,10})\\.(\\d{1,18})\\.([0-9a-f]{8})");
  private static final int STATE = 0;
  private static final int START = 19;

  /** The living process with an id, or null if there is none or the system does not tell. */
  static @Nullable ProcessIdentity of(long pid) {
    String[] fields = stat(pid);
    if (fields.length <= START || fields[STATE].equals("Z") || fields[STATE].equals("X")) {
      return null;
    }
    try {
      return new ProcessIdentity(pid, Long.parseLong(fields[START]), presentBoot());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Whether the system tells enough to know a process again. */
  static boolean known() {
    return of(ProcessHandle.current().pid()) != null && !presentBoot().equals(NO_BOOT);
  }

  /** The present start of the machine. */
  static String presentBoot() {
    try {
      String id = Files.readString(BOOT_ID).strip().toLowerCase(Locale.ROOT);
      return id.matches("[0-9a-f]{8}-.*") ? id.substring(0, 8) : NO_BOOT;
    } catch (IOException e) {
      return NO_BOOT;
    }
  }

  /** Reads {@link #toString}; null if it is none. */
  static @Nullable ProcessIdentity parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long pid = Long.parseLong(matcher.group(1));
    long ticks = Long.parseLong(matcher.group(2));
    return pid > 0 && ticks > 0 ? new ProcessIdentity(pid, ticks, matcher.group(3)) : null;
  }

  /** Whether this very process lives; a dead one that nobody has buried does not. */
  boolean alive() {
    return equals(of(pid));
  }

  @Override
  public String toString() {
    return pid + "." + startTicks + "." + boot;
  }

  /** The fields behind the name, which may hold anything. */
  private static String[] stat(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
      String line = new String(bytes, StandardCharsets.ISO_8859_1);
      int end = line.lastIndexOf(')');
      return end < 0 ? new String[0] : line.substring(end + 1).strip().split(" ", -1);
    } catch (IOException e) {
      return new String[0];
    }
  }
}
