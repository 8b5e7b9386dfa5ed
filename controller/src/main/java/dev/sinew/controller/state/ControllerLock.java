// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.state;

import dev.sinew.Expect;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to act for a state folder: one controller has it at a time, and each has a later term of
 * office than the one before.
 *
 * <p>The operating system frees it when the process ends, however it ends.
 */
public final class ControllerLock implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ControllerLock.class.getName());

  private final FileChannel channel;
  private final long epoch;

  private ControllerLock(FileChannel channel, long epoch) {
    this.channel = channel;
    this.epoch = epoch;
  }

  /**
   * Takes it.
   *
   * @throws HeldException if another controller has it
   * @throws IOException if the folder cannot be used; the message is meant for people
   */
  public static ControllerLock take(Path folder) throws IOException {
    FileChannel channel = open(folder);
    try {
      if (locked(channel) == null) {
        throw new HeldException(Expect.message(
            "controller.state", folder, "a folder that no other controller uses" + holder(folder)));
      }
      writePid(folder.resolve("pid"));
      return new ControllerLock(channel, nextEpoch(folder));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel open(Path folder) throws IOException {
    try {
      AtomicFile.createFolder(folder);
      return FileChannel.open(
          folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** Says in one line that a state folder cannot be used, and why. */
  public static IOException unusable(Path folder, IOException why) {
    String reason = why.getClass().getSimpleName().replaceFirst("Exception$", "");
    return new IOException(
        Expect.message(
            "controller.state",
            folder,
            "a folder that can be made and written; " + reason + ": "
                + Expect.printable(String.valueOf(why.getMessage()))),
        why);
  }

  /** The term of office, higher than any before. */
  public long epoch() {
    return epoch;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The process ends soon, and the lock with it.
    }
  }

  private static void writePid(Path file) {
    try {
      Files.writeString(file, Long.toString(ProcessHandle.current().pid()));
    } catch (IOException e) {
      // It only helps people to find out who holds the lock.
      LOG.log(System.Logger.Level.WARNING, "pid=not-written file=" + file, e);
    }
  }

  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String holder(Path folder) {
    try {
      return "; process " + Expect.printable(Files.readString(folder.resolve("pid"))) + " does";
    } catch (IOException e) {
      return "";
    }
  }

  private static long nextEpoch(Path folder) {
    Path file = folder.resolve("epoch");
    long last;
    try {
      last = Long.parseLong(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      // Seconds since 1970 are above every counted term, of which the services may remember some.
      boolean first = !Files.exists(file) && !Files.exists(folder.resolve("services"));
      last = first ? 0 : System.currentTimeMillis() / 1000;
    }
    try {
      AtomicFile.write(file, Long.toString(last + 1));
    } catch (IOException e) {
      // A full disk must not keep a controller from coming back; the lock still keeps others out.
      LOG.log(System.Logger.Level.WARNING, "epoch=not-written file=" + file, e);
    }
    return last + 1;
  }

  /** Another controller has the lock. */
  public static final class HeldException extends IOException {
    private static final long serialVersionUID = 1;

    HeldException(String message) {
      super(message);
    }
  }
}
