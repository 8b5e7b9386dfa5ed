// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One file that is being written. It ends with a whole line after every {@link #append} that
 * returns; what a failed one left behind is cut away before the next.
 */
public final class LogFile implements Closeable {
  private static final int BLOCK = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private long end;
  private boolean torn;

  LogFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.end = afterLastLine(channel);
    this.torn = channel.size() != end;
  }

  /** Bytes of whole lines. */
  public long size() {
    return end;
  }

  /** What a disk is asked to keep. */
  public FileChannel channel() {
    return channel;
  }

  /** Whether the file is where it was and as it was; somebody may have moved, deleted or cut it. */
  boolean intact() {
    try {
      return channel.isOpen() && (torn || Files.size(path) == end);
    } catch (IOException e) {
      return false;
    }
  }

  /** Writes all of it or throws; returns where it begins. */
  public long append(byte[] lines) throws IOException {
    if (torn) {
      channel.truncate(end);
    }
    torn = true;
    ByteBuffer rest = ByteBuffer.wrap(lines);
    while (rest.hasRemaining()) {
      if (channel.write(rest, end + rest.position()) <= 0) {
        throw new IOException("nothing was written to " + path);
      }
    }
    torn = false;
    long start = end;
    end += lines.length;
    return start;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static long afterLastLine(FileChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    long from = channel.size();
    while (from > 0) {
      long start = Math.max(0, from - BLOCK);
      block.clear().limit((int) (from - start));
      while (block.hasRemaining() && channel.read(block, start + block.position()) > 0) {
        // The block fills.
      }
      for (int i = block.position() - 1; i >= 0; i--) {
        if (block.get(i) == '\n') {
          return start + i + 1;
        }
      }
      from = start;
    }
    return 0;
  }
}
