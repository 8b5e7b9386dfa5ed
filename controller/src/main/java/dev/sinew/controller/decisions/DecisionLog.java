// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.Memory;
import dev.sinew.controller.config.LogLimits;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Event;
import dev.sinew.controller.decisions.LogRecord.Settings;
import dev.sinew.controller.decisions.file.BoundedSync;
import dev.sinew.controller.decisions.file.Line;
import dev.sinew.controller.decisions.file.Lines;
import dev.sinew.controller.decisions.file.LogFile;
import dev.sinew.controller.decisions.file.LogFiles;
import dev.sinew.controller.decisions.file.RotatingFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The decision log of one service: numbered files in a folder, one line a record, the oldest deleted.
 *
 * <p>A line is the CRC32C of its JSON in hexadecimal, a space, and the JSON. The first line of a file
 * names the version, the second the settings, so that each file can be read alone. A record is with the
 * operating system when {@link #append} returns, so a killed controller loses nothing; a change of the
 * number is on the disk, if the disk answers within 100 ms.
 *
 * <p>What cannot be written is counted and said once; the next record is tried again, and when there
 * is room it tells how many were lost. May be used from any thread.
 */
public final class DecisionLog implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(DecisionLog.class.getName());

  /** So many decisions in a row refer to the one before; so many may one bad line cost. */
  private static final int LONGEST_CHAIN = 60;

  private static final Duration QUIET = Duration.ofMinutes(1);

  private final LogFiles files;
  private final String service;
  private final LogLimits limits;
  private final RotatingFile out;
  private final BoundedSync sync = new BoundedSync();
  private @Nullable Settings settings;
  private @Nullable LogFile latest;
  private boolean settingsDue;
  private @Nullable Instant said;
  private Base base = Base.NONE;
  private int chain;
  private long lost;
  private volatile Stats stats = new Stats(0, 0, 0, 0, 0, null, "");

  /**
   * How a log fares.
   *
   * @param records written since it was opened
   * @param bytes written since it was opened
   * @param failures records that could not be written since it was opened
   * @param shortened decisions written without replicas and signals, as they were too large
   * @param unconfirmed changes of the number that the disk did not confirm in time
   * @param failingSince when writing first failed, or null if it works
   * @param lastFailure why it last failed; empty if it never did
   */
  public record Stats(
      long records,
      long bytes,
      long failures,
      long shortened,
      long unconfirmed,
      @Nullable Instant failingSince,
      String lastFailure) {
    private Stats written(int length, boolean brief, boolean late) {
      return new Stats(
          records + 1,
          bytes + length,
          failures,
          shortened + (brief ? 1 : 0),
          unconfirmed + (late ? 1 : 0),
          failingSince,
          lastFailure);
    }

    private Stats failed(Instant at, String why) {
      Instant since = failingSince == null ? at : failingSince;
      return new Stats(records, bytes, failures + 1, shortened, unconfirmed, since, why);
    }

    private Stats recovered() {
      return new Stats(records, bytes, failures, shortened, unconfirmed, null, lastFailure);
    }
  }

  private DecisionLog(Path folder, String service, LogLimits limits, RotatingFile.Opener opener) {
    this.files = new LogFiles(folder);
    this.service = service;
    this.limits = limits;
    this.out = new RotatingFile(files, limits.files(), new Head(), opener);
  }

  /**
   * Opens the log in a folder, which it makes if need be. A disk that refuses does not stop it: that
   * is tried again at each record.
   *
   * @throws TakenException if another controller writes to it
   */
  public static DecisionLog open(Path folder, String service, LogLimits limits)
      throws TakenException {
    return open(folder, service, limits, RotatingFile.Opener.DISK);
  }

  static DecisionLog open(Path folder, String service, LogLimits limits, RotatingFile.Opener opener)
      throws TakenException {
    DecisionLog log = new DecisionLog(folder, service, limits, opener);
    try {
      log.out.lock();
    } catch (OverlappingFileLockException e) {
      throw new TakenException(folder, e);
    } catch (IOException e) {
      LOGGER.log(
          System.Logger.Level.WARNING, "decision log not open service=" + service + " why=" + e);
    }
    return log;
  }

  /**
   * Writes a record, or counts it as lost; never throws.
   *
   * @return whether it is written
   */
  public synchronized boolean append(LogRecord record) {
    // A channel closes itself under a thread that was told to stop; the last words matter most.
    boolean interrupted = Thread.interrupted();
    try {
      if (record instanceof Settings loaded) {
        settings = loaded;
        settingsDue = true;
      }
      write(record, before(record));
      settingsDue = false;
      recovered();
      return true;
    } catch (IOException | RuntimeException e) {
      failed(record, e);
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * What the last control loop remembered when it last wrote; empty if it never did, or if nothing of
   * it can be read. {@link Memory#resumed} makes it good for now.
   */
  public Memory restore() {
    try {
      return Restoration.of(new DecisionReader(files.folder()));
    } catch (IOException | RuntimeException e) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "decision log not restored service=" + service + " why=" + e);
      return Memory.EMPTY;
    }
  }

  /** How it fares. */
  public Stats stats() {
    return stats;
  }

  /** Lets another controller write. What is appended later is lost. */
  @Override
  public synchronized void close() {
    sync.close();
    try {
      out.close();
    } catch (IOException e) {
      LOGGER.log(
          System.Logger.Level.WARNING, "decision log not closed service=" + service + " why=" + e);
    }
  }

  /** The lines that must stand before a record: how many are missing, and what it follows. */
  private byte[] before(LogRecord record) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    if (stats.failingSince != null) {
      String text = lost + " not written since " + stats.failingSince + ": " + stats.lastFailure;
      Event event = new Event(record.at(), Event.Kind.RECORDS_LOST, "", text);
      lines.writeBytes(Line.of(RecordWriter.text(event, Base.NONE)));
    }
    if (settings != null && settingsDue && record != settings) {
      lines.writeBytes(Line.of(RecordWriter.text(settings, Base.NONE)));
    }
    return lines.toByteArray();
  }

  private void recovered() {
    if (stats.failingSince != null) {
      if (stats.failingSince.equals(said)) {
        LOGGER.log(
            System.Logger.Level.INFO,
            "decision log written again service=" + service + " lost=" + lost);
      }
      lost = 0;
      stats = stats.recovered();
    }
  }

  private void failed(LogRecord record, Exception e) {
    boolean begins = stats.failingSince == null;
    lost++;
    base = Base.NONE;
    stats = stats.failed(record.at(), String.valueOf(e));
    if (begins && (said == null || !within(said, record.at()))) {
      said = stats.failingSince;
      LOGGER.log(
          System.Logger.Level.WARNING, "decision log not written service=" + service + " why=" + e);
    }
  }

  /** A disk on which there is room for one record and not for the next is one outage to people. */
  private static boolean within(Instant said, Instant now) {
    return Duration.between(said, now).abs().compareTo(QUIET) < 0;
  }

  private void write(LogRecord record, byte[] before) throws IOException {
    LogFile file = present();
    LogRecord fitting = record;
    byte[] line = line(fitting);
    if (fitting instanceof Decided decided && line.length > longest()) {
      fitting = decided.shortened();
      line = line(fitting);
    }
    if (!fits(before, line, file)) {
      file = next();
      line = line(fitting);
    }
    if (fitting instanceof Decided decided && !fits(before, line, file)) {
      fitting = decided.shortened();
      line = line(fitting);
    }
    if (!fits(before, line, file)) {
      throw new IOException(line.length + " bytes are too many for a file");
    }
    byte[] lines = Arrays.copyOf(before, before.length + line.length);
    System.arraycopy(line, 0, lines, before.length, line.length);
    written(fitting, file, file.append(lines) + before.length, lines.length);
  }

  /** A larger one would leave no room for others in its file, or not be read. */
  private long longest() {
    return Math.min(limits.fileBytes() / 2, Lines.LONGEST);
  }

  private boolean fits(byte[] before, byte[] line, LogFile file) {
    return file.size() + before.length + line.length <= limits.fileBytes();
  }

  private LogFile present() throws IOException {
    LogFile file = out.present();
    if (file != latest) {
      base = Base.NONE;
      latest = file;
    }
    return file;
  }

  private LogFile next() throws IOException {
    base = Base.NONE;
    latest = out.next();
    return latest;
  }

  private byte[] line(LogRecord record) {
    return Line.of(RecordWriter.text(record, base));
  }

  private void written(LogRecord record, LogFile file, long offset, int length) {
    boolean brief = false;
    boolean late = false;
    if (record instanceof Decided decided) {
      chain = base.offset() < 0 ? 0 : chain + 1;
      base = chain < LONGEST_CHAIN ? Base.of(offset, decided.situation()) : Base.NONE;
      brief = decided.brief();
      late = decided.decision().changes() && !sync.force(file.channel());
    }
    stats = stats.written(length, brief, late);
  }

  /** The version and the service, and the settings in force. */
  private final class Head implements RotatingFile.Head {
    @Override
    public byte[] lines() {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      head.writeBytes(Line.of(RecordWriter.head(service)));
      if (settings != null) {
        head.writeBytes(Line.of(RecordWriter.text(settings, Base.NONE)));
      }
      return head.toByteArray();
    }

    @Override
    public boolean begins(byte[] first) {
      Integer version = RecordReader.version(first);
      return version != null && version == RecordReader.VERSION;
    }
  }
}
