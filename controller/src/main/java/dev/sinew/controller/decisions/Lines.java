// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The whole lines of a file, one at a time; what follows the last line break is still being written. */
final class Lines implements Closeable {
  /** Longer than any record: ten thousand replicas with all their metrics are 2 MB. */
  static final int LONGEST = 32 << 20;

  private final InputStream in;
  private long offset;
  private long next;

  Lines(Path file) throws IOException {
    this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }

  /** The next line without its line break, empty if it is too long; null at the end. */
  byte @Nullable [] next() throws IOException {
    offset = next;
    ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
    for (int b = in.read(); b >= 0; b = in.read()) {
      next++;
      if (b == '\n') {
        return next - offset > LONGEST ? new byte[0] : line.toByteArray();
      }
      if (next - offset <= LONGEST) {
        line.write(b);
      }
    }
    return null;
  }

  /** Where the line that was last returned begins. */
  long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
