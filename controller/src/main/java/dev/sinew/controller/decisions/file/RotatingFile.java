// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The file to write to: the newest of a folder's, each with a head, the oldest deleted. */
public final class RotatingFile implements Closeable {
  private final LogFiles files;
  private final int most;
  private final Head head;
  private final Opener opener;
  private @Nullable FileChannel lock;
  private @Nullable LogFile present;
  private boolean closed;

  /** Opens a file to write; tests put a disk that fails in its place. */
  @FunctionalInterface
  public interface Opener {
    /** The real one; the file is for its owner only. */
    Opener DISK = path ->
        FileChannel.open(path, Set.of(CREATE, READ, WRITE), LogFiles.permissions("rw-------"));

    /** Opens to read and write; makes it if need be. */
    FileChannel open(Path file) throws IOException;
  }

  /** What stands first in each file. */
  public interface Head {
    /** The first lines of a new file. */
    byte[] lines();

    /** Whether a file's first line, without its line break, is of a file that may be gone on with. */
    boolean begins(byte[] first);
  }

  /**
   * Opens nothing yet.
   *
   * @param most how many files are kept
   * @param head what stands first in each file
   * @param opener of the disk
   */
  public RotatingFile(LogFiles files, int most, Head head, Opener opener) {
    this.files = files;
    this.most = most;
    this.head = head;
    this.opener = opener;
  }

  /**
   * Makes the folder, if need be, and keeps other writers out.
   *
   * @throws OverlappingFileLockException if another one is in, of this process or another
   */
  public void lock() throws IOException {
    if (closed) {
      throw new IOException("the log is closed");
    }
    if (lock != null) {
      return;
    }
    files.create();
    FileChannel channel = opener.open(files.folder().resolve("lock"));
    try {
      lock = channel.tryLock() == null ? null : channel;
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new OverlappingFileLockException();
    }
  }

  /** The file that was written last, if it is still what it was, else another one. */
  public LogFile present() throws IOException {
    lock();
    if (present != null && present.intact()) {
      return headed(present);
    }
    release();
    SortedMap<Long, Path> all = files.all();
    Path newest = all.isEmpty() ? null : all.get(all.lastKey());
    return newest != null && ours(newest) ? open(newest) : next();
  }

  /** A new file, in place of the oldest one if there are enough. */
  public LogFile next() throws IOException {
    release();
    SortedMap<Long, Path> all = files.all();
    files.keep(most - 1);
    return open(files.path(all.isEmpty() ? 1 : all.lastKey() + 1));
  }

  /** Lets other writers in; every later call fails. */
  @Override
  public void close() throws IOException {
    closed = true;
    release();
    if (lock != null) {
      lock.close();
    }
  }

  private void release() throws IOException {
    LogFile old = present;
    present = null;
    if (old != null) {
      old.close();
    }
  }

  /** Whether it begins as ours do, or nobody has written a line to it. */
  private boolean ours(Path path) throws IOException {
    try (Lines lines = new Lines(path)) {
      byte[] first = lines.next();
      return first == null || head.begins(first);
    }
  }

  private LogFile open(Path path) throws IOException {
    FileChannel channel = opener.open(path);
    try {
      present = new LogFile(path, channel);
    } finally {
      if (present == null) {
        channel.close();
      }
    }
    return headed(present);
  }

  private LogFile headed(LogFile file) throws IOException {
    if (file.size() == 0) {
      file.append(head.lines());
    }
    return file;
  }
}
