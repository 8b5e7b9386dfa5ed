// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The file to write to: the newest of a folder's, each with a head, the oldest deleted. */
final class RotatingFile implements Closeable {
  private final LogFiles files;
  private final int most;
  private final Supplier<byte[]> head;
  private final Opener opener;
  private @Nullable FileChannel lock;
  private @Nullable LogFile present;
  private boolean closed;

  /** Opens a file to write; tests put a disk that fails in its place. */
  @FunctionalInterface
  interface Opener {
    /** The real one; the file is for its owner only. */
    Opener DISK = path ->
        FileChannel.open(path, Set.of(CREATE, READ, WRITE), LogFiles.permissions("rw-------"));

    FileChannel open(Path file) throws IOException;
  }

  /**
   * Opens nothing yet.
   *
   * @param most how many files are kept
   * @param head the first lines of a new file
   */
  RotatingFile(LogFiles files, int most, Supplier<byte[]> head, Opener opener) {
    this.files = files;
    this.most = most;
    this.head = head;
    this.opener = opener;
  }

  /**
   * Makes the folder, if need be, and keeps other writers out.
   *
   * @throws TakenException if another one is in
   */
  void lock() throws IOException {
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
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new TakenException(files.folder());
    }
  }

  /** The file that was written last, if it is still what it was, else another one. */
  LogFile present() throws IOException {
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
  LogFile next() throws IOException {
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

  /** Whether this version began it, or nobody has written a line to it. */
  private static boolean ours(Path path) throws IOException {
    try (Lines lines = new Lines(path)) {
      byte[] first = lines.next();
      Integer version = first == null ? null : RecordReader.version(first);
      return first == null || (version != null && version == RecordReader.VERSION);
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
      file.append(head.get());
    }
    return file;
  }
}
