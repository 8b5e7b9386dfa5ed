// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The whole lines of a file, one at a time; what follows the last line break is still being written. */
public final class Lines implements Closeable {
  /** Longer than any record: ten thousand replicas with all their metrics are 2 MB. */
  public static final int LONGEST = 32 << 20;

  private final InputStream in;
  private final byte[] block = new byte[1 << 16];
  private int position;
  private int limit;
  private long offset;
  private long next;

  /** Opens a file. */
  public Lines(Path file) throws IOException {
    this.in = Files.newInputStream(file);
  }

  /** The next line without its line break, empty if it is too long; null at the end. */
  public byte @Nullable [] next() throws IOException {
    offset = next;
    ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
    while (position < limit || fill()) {
      int end = position;
      while (end < limit && block[end] != '\n') {
        end++;
      }
      if (next - offset + end - position <= LONGEST) {
        line.write(block, position, end - position);
      }
      next += end - position;
      position = end;
      if (end < limit) {
        position++;
        next++;
        return next - offset > LONGEST ? new byte[0] : line.toByteArray();
      }
    }
    return null;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(block));
    return limit > 0;
  }

  /** Where the line that was last returned begins. */
  public long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
