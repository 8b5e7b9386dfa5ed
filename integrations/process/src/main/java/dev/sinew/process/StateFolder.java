// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.sinew.Expect;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which a fleet is remembered: {@code journal}, {@code lock} and a {@link PidFile} for
 * each child; for its owner only.
 *
 * <p>Open, it is locked against every other controller. The lock is one of fcntl(2): it ends with
 * this process, however that ends, and no child inherits it.
 */
final class StateFolder implements Journal.Sink, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StateFolder.class.getName());
  private static final long DYING_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();
  private static final int LONGEST_PID = 20;

  // To close any second descriptor of a locked file in this process would end the lock, so this
  // process must know what it has locked without looking.
  private static final Set<Path> OPEN = new HashSet<>();

  private final Path folder;
  private final FileChannel lock;

  private StateFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes the folder if it is missing, and locks it.
   *
   * @throws IllegalStateException if another controller has it
   * @throws IOException if it cannot be made or locked
   */
  static StateFolder open(Path directory) throws IOException {
    Files.createDirectories(directory, ChildLogs.ownerOnly(directory, "rwx------"));
    Path folder = directory.toRealPath();
    synchronized (OPEN) {
      if (!OPEN.add(folder)) {
        throw taken(folder, Long.toString(ProcessHandle.current().pid()));
      }
    }
    try {
      return new StateFolder(folder, lock(folder));
    } catch (IOException | RuntimeException e) {
      forget(folder);
      throw e;
    }
  }

  Path path() {
    return folder;
  }

  /**
   * What was written last; null if nothing was. One that cannot be read is moved aside, and said.
   *
   * @throws IOException if it can neither be read nor be moved
   */
  @Nullable Journal read() throws IOException {
    Path file = folder.resolve("journal");
    if (!Files.exists(file)) {
      return null;
    }
    try {
      if (Files.size(file) > Journal.LARGEST_BYTES) {
        throw new IOException("it is longer than " + Journal.LARGEST_BYTES + " bytes");
      }
      try {
        return Journal.parse(Files.readString(file, UTF_8));
      } catch (CharacterCodingException e) {
        throw new IOException("it is not UTF-8", e);
      }
    } catch (IOException e) {
      Path aside = folder.resolve("journal.bad");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.log(
          Level.ERROR,
          "fleet journal unreadable file=" + file + " moved_to=" + aside + " reason=\""
              + Expect.printable(String.valueOf(e.getMessage())) + "\"");
      return null;
    }
  }

  @Override
  public void write(Journal journal) throws IOException {
    Path temporary = folder.resolve("journal.new");
    Set<StandardOpenOption> options = Set.of(CREATE, WRITE, TRUNCATE_EXISTING);
    try (FileChannel file =
        FileChannel.open(temporary, options, ChildLogs.ownerOnly(folder, "rw-------"))) {
      ByteBuffer bytes = ByteBuffer.wrap(journal.text().getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(temporary, folder.resolve("journal"), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(folder, READ)) {
      directory.force(true);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "lock closed badly folder=" + folder, e);
    }
    forget(folder);
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel = FileChannel.open(
        folder.resolve("lock"),
        Set.of(CREATE, READ, WRITE),
        ChildLogs.ownerOnly(folder, "rw-------"));
    try {
      long deadline = System.nanoTime() + DYING_NANOS;
      while (channel.tryLock() == null) {
        String holder = holder(channel);
        // The threads of a killed process let go of its locks one after another.
        boolean dying =
            holder.matches("\\d{1,18}") && ProcessIdentity.of(Long.parseLong(holder)) == null;
        if (!dying || deadline - System.nanoTime() < 0) {
          throw taken(folder, holder);
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    sign(channel);
    return channel;
  }

  /** Says who holds the lock; it holds without being signed, too. */
  private static void sign(FileChannel channel) {
    try {
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.truncate(0).write(ByteBuffer.wrap(pid.getBytes(UTF_8)), 0);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "lock not signed", e);
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST_PID);
    channel.read(bytes, 0);
    return UTF_8.decode(bytes.flip()).toString();
  }

  private static IllegalStateException taken(Path folder, String pid) {
    String holder = pid.matches("\\d+") ? "process " + pid : "another process";
    return new IllegalStateException(Expect.message(
        "process.state-directory", folder, "one that no controller has open; " + holder + " has"));
  }

  private static void forget(Path folder) {
    synchronized (OPEN) {
      OPEN.remove(folder);
    }
  }
}
