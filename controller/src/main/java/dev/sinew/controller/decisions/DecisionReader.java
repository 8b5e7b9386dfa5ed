// SPDX-License-Identifier: Apache-2.0
package dev.sinew.controller.decisions;

import dev.sinew.autoscaler.target.Replica;
import dev.sinew.controller.decisions.LogRecord.Decided;
import dev.sinew.controller.decisions.LogRecord.Settings;
import dev.sinew.controller.decisions.file.Lines;
import dev.sinew.controller.decisions.file.LogFiles;
import dev.sinew.controller.fleet.DecisionView;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the decision log in a folder, also while a controller writes it. It never holds more than one
 * record and what the caller keeps.
 *
 * <p>Damaged lines are skipped and counted. A file of a newer version is left out as a whole and named,
 * because what it means is unknown.
 */
public final class DecisionReader {
  private final LogFiles files;

  /** Reads the log in a folder, which need not exist. */
  public DecisionReader(Path folder) {
    this.files = new LogFiles(folder);
  }

  /**
   * A record and what was in force then.
   *
   * @param record the record
   * @param settings what decisions followed then, or null if the log does not tell
   */
  public record Entry(LogRecord record, @Nullable Settings settings) {}

  /**
   * What reading gave.
   *
   * @param records that were read
   * @param skipped lines that are damaged, or refer to one that is
   * @param refused one line for each file of a newer version
   */
  public record Tally(long records, long skipped, List<String> refused) {
    private static final Tally NOTHING = new Tally(0, 0, List.of());

    /** Copies the list. */
    public Tally {
      refused = List.copyOf(refused);
    }

    /** What was not read, one line each; empty if all was. */
    public List<String> remarks() {
      List<String> remarks = new ArrayList<>(refused);
      if (skipped > 0) {
        remarks.add(skipped + (skipped == 1 ? " line" : " lines") + " could not be read");
      }
      return remarks;
    }

    private Tally plus(Tally other) {
      List<String> all = new ArrayList<>(refused);
      all.addAll(other.refused);
      return new Tally(records + other.records, skipped + other.skipped, all);
    }
  }

  /**
   * Everything, oldest first.
   *
   * @throws IOException if the folder or a file cannot be read
   */
  public Tally read(Consumer<Entry> consumer) throws IOException {
    Tally tally = Tally.NOTHING;
    for (Path file : files.all().values()) {
      tally = tally.plus(read(file, consumer));
    }
    return tally;
  }

  /**
   * What was found.
   *
   * @param found oldest first
   * @param tally of the files that had to be read
   */
  public record Found<T>(List<T> found, Tally tally) {
    /** Copies the list. */
    public Found {
      found = List.copyOf(found);
    }
  }

  /**
   * The latest few of what is wanted; reads no more files than it must.
   *
   * @param count how many at most, 1 or more
   * @param wanted what to keep of an entry, or null for nothing
   * @throws IOException if the folder or a file cannot be read
   */
  public <T> Found<T> last(int count, Function<Entry, @Nullable T> wanted) throws IOException {
    return last(count, wanted, true);
  }

  /** As {@link #last}, but decisions come without their situation, and many times as fast. */
  public <T> Found<T> lastOutlines(int count, Function<Entry, @Nullable T> wanted)
      throws IOException {
    return last(count, wanted, false);
  }

  private <T> Found<T> last(int count, Function<Entry, @Nullable T> wanted, boolean bulk)
      throws IOException {
    Deque<T> found = new ArrayDeque<>();
    Tally tally = Tally.NOTHING;
    for (Path file : newestFirst()) {
      Deque<T> ofFile = new ArrayDeque<>();
      Consumer<Entry> keep = entry -> {
        T kept = wanted.apply(entry);
        if (kept != null) {
          ofFile.addLast(kept);
          if (ofFile.size() > count) {
            ofFile.removeFirst();
          }
        }
      };
      tally = tally.plus(read(file, keep, bulk));
      while (!ofFile.isEmpty() && found.size() < count) {
        found.addFirst(ofFile.removeLast());
      }
      if (found.size() >= count) {
        break;
      }
    }
    return new Found<>(List.copyOf(found), tally);
  }

  /** The latest recorded decisions, newest last. */
  public List<DecisionView> lastDecisions(int count) throws IOException {
    return last(count, entry -> entry.record() instanceof Decided decided ? view(decided) : null)
        .found();
  }

  /** A recorded decision without its bulk. */
  public static DecisionView view(Decided decided) {
    int ready = decided.situation().replicas().in(Replica.State.READY).size();
    return DecisionView.of(decided.decision(), ready);
  }

  List<Path> newestFirst() throws IOException {
    List<Path> newest = new ArrayList<>(files.all().values());
    Collections.reverse(newest);
    return newest;
  }

  /** One file, oldest first; nothing if it was deleted meanwhile. */
  Tally read(Path file, Consumer<Entry> consumer) throws IOException {
    return read(file, consumer, true);
  }

  private static Tally read(Path file, Consumer<Entry> consumer, boolean bulk) throws IOException {
    long records = 0;
    long skipped = 0;
    Settings settings = null;
    RecordReader reader = new RecordReader();
    try (Lines lines = new Lines(file)) {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        Integer version = lines.offset() == 0 ? RecordReader.version(line) : null;
        if (version != null && version > RecordReader.VERSION) {
          return new Tally(0, 0, List.of(refusal(file, version)));
        }
        LogRecord record = null;
        if (version == null) {
          record = bulk ? reader.record(line, lines.offset()) : reader.outline(line);
        }
        if (record instanceof Settings loaded) {
          boolean repeated = loaded.equals(settings);
          settings = loaded;
          record = repeated ? null : loaded;
        } else {
          skipped += version == null && record == null ? 1 : 0;
        }
        if (record != null) {
          records++;
          consumer.accept(new Entry(record, settings));
        }
      }
    } catch (NoSuchFileException e) {
      return Tally.NOTHING;
    }
    return new Tally(records, skipped, List.of());
  }

  private static String refusal(Path file, int version) {
    return file + ": version " + version + " (expected: at most " + RecordReader.VERSION
        + "; a newer sinew wrote it)";
  }
}
