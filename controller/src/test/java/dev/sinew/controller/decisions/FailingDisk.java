// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.controller.decisions.file.RotatingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A disk with so much room; what is beyond it is not written, in the middle of a line if need be. */
final class FailingDisk implements RotatingFile.Opener {
  private long room = Long.MAX_VALUE;
  private boolean truncates = true;

  void room(long bytes) {
    room = bytes;
  }

  void truncates(boolean may) {
    truncates = may;
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    return new Channel(DISK.open(file));
  }

  private final class Channel extends FileChannel {
    private final FileChannel real;

    Channel(FileChannel real) {
      this.real = real;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      int wanted = (int) Math.min(from.remaining(), Math.max(room, 0));
      if (wanted == 0) {
        throw new IOException("No space left on device");
      }
      ByteBuffer part = from.duplicate().limit(from.position() + wanted);
      int written = real.write(part, position);
      from.position(from.position() + written);
      room -= written;
      return written;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      if (!truncates) {
        throw new IOException("Input/output error");
      }
      real.truncate(size);
      return this;
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return real.read(to, position);
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public void force(boolean metaData) {
      // Tests need no disk that outlives the machine, and this is slow.
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
    }

    @Override
    public int read(ByteBuffer to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
