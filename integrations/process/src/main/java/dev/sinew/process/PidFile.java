// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a child that outlives its controller leaves in the state folder: {@code ID.pid}.
 *
 * <p>It is a symbolic link that points to nothing and whose target is the content, because a link is
 * made at once and whole or not at all, only if the name is free, and even on a full disk. The child
 * makes it before it becomes the command, and does not become it if it cannot; a controller that
 * finds an intent without a link makes the link itself. So exactly one of both has its way.
 *
 * @param identity the child's process
 * @param port the port it was given
 * @param fingerprint of the spec it was started from
 */
record PidFile(ProcessIdentity identity, int port, String fingerprint) {
  /** How long the claim of an intent stays, so that a late child finds it. */
  static final Duration CLAIMED = Duration.ofDays(1);

  private static final String SUFFIX = ".pid";
  private static final String ABANDONED = "abandoned.";
  private static final Pattern FORM =
      Pattern.compile("(\\d+\\.\\d+\\.[0-9a-f]{8})\\.(\\d{1,5})\\.([0-9a-f]{1,16})");
  private static final System.Logger LOG = System.getLogger(PidFile.class.getName());

  /** Where the file of a replica is. */
  static Path path(Path folder, String id) {
    return folder.resolve(id + SUFFIX);
  }

  /** Reads {@link #toString}; null if it is none. */
  static @Nullable PidFile parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    ProcessIdentity identity = ProcessIdentity.parse(matcher.group(1));
    int port = Integer.parseInt(matcher.group(2));
    if (identity == null || !Ports.has(port)) {
      return null;
    }
    return new PidFile(identity, port, matcher.group(3));
  }

  /**
   * Decides whether a child that was about to be started runs.
   *
   * @return what it left, or null if it has not come to life and now never will
   * @throws IOException if that cannot be decided
   */
  static @Nullable PidFile claim(Path folder, String id) throws IOException {
    Path path = path(folder, id);
    try {
      Files.createSymbolicLink(path, Path.of(ABANDONED + ProcessIdentity.presentBoot()));
      return null;
    } catch (FileAlreadyExistsException e) {
      return read(path);
    }
  }

  /** Every child that has left its file and lives; files that are of no more use are removed. */
  static Map<String, PidFile> living(Path folder, Instant now) throws IOException {
    Map<String, PidFile> living = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        PidFile left = read(file);
        if (left != null && left.identity.alive()) {
          String name = file.getFileName().toString();
          living.put(name.substring(0, name.length() - SUFFIX.length()), left);
        } else if (left != null || claimIsOver(file, now)) {
          delete(file);
        }
      }
    }
    return living;
  }

  /** Removes the file of a child that is gone. */
  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It names a process that is gone, so it does no harm; the next start removes it.
      LOG.log(Level.DEBUG, "pid file stays file=" + file, e);
    }
  }

  @Override
  public String toString() {
    return identity + "." + port + "." + fingerprint;
  }

  private static @Nullable PidFile read(Path file) {
    try {
      return parse(Files.readSymbolicLink(file).toString());
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  private static boolean claimIsOver(Path file, Instant now) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      return false;
    }
    String claim = Files.readSymbolicLink(file).toString();
    return claim.startsWith(ABANDONED)
        && (!claim.equals(ABANDONED + ProcessIdentity.presentBoot())
            || Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .plus(CLAIMED)
                .isBefore(now));
  }
}
